"""The suite of features: what it reports, and that harm shows."""

import numpy as np
import pandas as pd
import pytest
from dataquarry.evals.suites.features import _Measured, _Split, measure_table, summarize
from dataquarry.evals.tables import EvalTable


@pytest.mark.slow
def test_each_fold_is_searched_and_scored():
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(60, 2)), columns=["a", "b"])
    table = EvalTable("tiny", frame.assign(y=frame["a"]), "y", "regression", {})
    heard = []
    found = measure_table(table, 0, lambda *told: heard.append(told), seeds=1, seconds=0.5)
    summary = summarize(found)
    assert summary["splits"] == len(found.splits) == len(heard) == 5
    assert found.pairs("hgb").shape == (5, 2)
    assert summary["proposed"] > 0


def test_harm_is_not_hidden():
    errors = {"hgb": (1.0, 1.5), "xgb": (2.0, 1.0)}
    splits = [_Split(errors, seconds=1.0, kept=["a"], considered=3)] * 2
    summary = summarize(_Measured(splits))
    assert summary["hgb"] == -0.5
    assert summary["xgb"] == 0.5
    assert summary["kept"] == 1
