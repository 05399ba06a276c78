"""A few trials of each kind; the suite makes many."""

from pathlib import Path

import pandas as pd
import pytest
from dataquarry import Settings
from dataquarry.evals.kills import kill_trials
from dataquarry.evals.races import crowd_trials, race_trials
from dataquarry.evals.suites.robustness import summarize
from dataquarry.evals.trials import TARGET, faulty_frame
from dataquarry.evals.undos import undo_trials


def silent(message: str, share: float | None = None) -> None:
    pass


@pytest.mark.slow
def test_a_killed_run_ends_with_the_same_bytes(settings: Settings, tmp_path: Path) -> None:
    (case,) = kill_trials(1, tmp_path, settings, silent)
    assert case["same_table"]
    assert case["paid_once"]
    assert case["ended"]


@pytest.mark.slow
def test_undo_redo_and_fork_give_back_identical_bytes(settings: Settings, tmp_path: Path) -> None:
    cases = undo_trials(3, tmp_path, settings, silent)
    assert [fault for case in cases for fault in case["faults"]] == []
    assert {"apply", "undo", "fork"} <= {move for case in cases for move in case["moves"]}


def test_exactly_one_client_decides(settings: Settings, tmp_path: Path) -> None:
    cases = race_trials(5, tmp_path, settings, silent)
    assert all(case["one_winner"] for case in cases)


@pytest.mark.slow
def test_runs_at_once_are_not_mixed(settings: Settings, tmp_path: Path) -> None:
    cases = crowd_trials(2, tmp_path, settings, silent)
    assert all(case["unmixed"] and case["ended"] for case in cases)


def test_the_summary_counts_each_kind_apart() -> None:
    cases = [
        {"id": "a", "kind": "kill", "same_table": True, "paid_once": False, "killed_alive": True},
        {"id": "b", "kind": "race", "one_winner": True},
        {"id": "c", "kind": "crowd", "unmixed": False, "slowest_look": 0.2},
    ]
    summary = summarize(cases, 1.0)
    assert (summary["same_table"], summary["paid_once"]) == (1.0, 0.0)
    assert (summary["identical"], summary["one_winner"], summary["unmixed"]) == (None, 1.0, 0.0)
    assert (summary["kills"], summary["undos"], summary["slowest_look_seconds"]) == (1, 0, 0.2)


def test_the_faulty_table_depends_on_its_seed_alone() -> None:
    frame = faulty_frame(3)
    pd.testing.assert_frame_equal(frame, faulty_frame(3))
    assert not frame.equals(faulty_frame(4))
    assert frame.duplicated().sum() == 4
    assert frame["price"].isna().any()
    assert set(frame[TARGET]) == {0, 1}
