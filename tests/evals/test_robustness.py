"""A few trials of each kind; the suite makes many."""

import pandas as pd
import pytest
from dataquarry import Settings
from dataquarry.evals.suite import run_suite
from dataquarry.evals.trials import TARGET, faulty_frame


@pytest.mark.slow
def test_a_few_trials_of_each_kind(settings: Settings) -> None:
    result = run_suite("robustness", limit=3, settings=settings)
    summary = result["summary"]
    assert (summary["same_table"], summary["paid_once"]) == (1.0, 1.0)
    assert (summary["identical"], summary["one_winner"], summary["unmixed"]) == (1.0, 1.0, 1.0)
    counts = {kind: summary[kind] for kind in ("kills", "undos", "races", "crowds")}
    assert counts == dict.fromkeys(counts, 3)
    assert not settings.runs_file.exists()


def test_the_faulty_table_depends_on_its_seed_alone() -> None:
    frame = faulty_frame(3)
    pd.testing.assert_frame_equal(frame, faulty_frame(3))
    assert not frame.equals(faulty_frame(4))
    assert frame.duplicated().sum() == 4
    assert frame["price"].isna().any()
    assert set(frame[TARGET]) == {0, 1}
