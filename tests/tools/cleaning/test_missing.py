"""Missing values: why they are missing, and what filling them costs."""

import numpy as np
import pandas as pd
from dataquarry.tools.cleaning import missing_values
from dataquarry.tools.cleaning.base import View
from dataquarry.tools.cleaning.gaps import mechanism
from dataquarry.tools.operations.values import FillByKey, FillMissing

ROWS = 600


def table() -> pd.DataFrame:
    """Return heights that the kind decides, and weights that nothing does."""
    random = np.random.default_rng(0)
    kind = random.choice(["oak", "fern", "moss"], ROWS)
    base = pd.Series(kind).map({"oak": 20.0, "fern": 1.0, "moss": 0.1})
    return pd.DataFrame(
        {
            "kind": pd.Series(kind, dtype="str"),
            "height": base * random.normal(1, 0.1, ROWS),
            "weight": random.normal(50, 5, ROWS),
            "site": pd.Series(random.choice(["a", "b"], ROWS), dtype="str"),
        }
    )


def hide(frame: pd.DataFrame, column: str, where: np.ndarray) -> pd.DataFrame:
    return frame.assign(**{column: frame[column].mask(where)})


def test_the_fill_that_errs_least_on_hidden_cells_is_taken() -> None:
    random = np.random.default_rng(1)
    frame = hide(table(), "height", random.random(ROWS) < 0.2)
    frame = hide(frame, "weight", random.random(ROWS) < 0.2)
    groups = {group.id: group for group in missing_values(View(frame))}
    height, weight = groups["missing:height"], groups["missing:weight"]
    [by_kind], [simple] = height.operations, weight.operations
    assert isinstance(by_kind, FillByKey)
    assert isinstance(simple, FillMissing)
    assert by_kind.key == "kind"
    truth = table()["height"][frame["height"].isna()]
    filled = by_kind.apply(frame)["height"][frame["height"].isna()]
    assert abs((filled - truth).abs().mean() - height.facts["error"]) < 0.3
    assert "one median for all by" in height.evidence
    assert not height.recommended


def test_words_are_filled_by_what_tells_them_and_the_target_never_does() -> None:
    frame = table().assign(color=lambda f: f["kind"].map({"oak": "g", "fern": "b", "moss": "r"}))
    frame = hide(frame, "color", np.random.default_rng(2).random(ROWS) < 0.1).astype(
        {"color": "str"}
    )
    [group] = missing_values(View(frame))
    assert "is right in 100%" in group.evidence
    assert (group.operations[0].apply(frame)["color"].notna()).all()
    [group] = missing_values(View(frame, "kind"))
    assert isinstance(group.operations[0], FillMissing)


def test_where_values_are_missing_is_told_if_another_column_tells() -> None:
    random = np.random.default_rng(3)
    frame = table()
    often = np.where(frame["site"] == "b", 0.5, 0.02)
    hint = mechanism(hide(frame, "weight", random.random(ROWS) < often), "weight")
    assert hint.column == "site"
    assert "where site is 'b'" in hint.words
    tall = frame["height"].to_numpy() > 15
    by_size = hide(frame.drop(columns="kind"), "weight", tall & (random.random(ROWS) < 0.7))
    assert mechanism(by_size, "weight").column == "height"
    at_random = hide(frame, "weight", random.random(ROWS) < 0.2)
    assert mechanism(at_random, "weight").column is None


def test_filling_new_rows_needs_nothing_of_the_old_ones() -> None:
    fill = FillByKey(key="kind", column="size", values={"oak": 20.0}, otherwise=3.0)
    new = pd.DataFrame({"kind": ["oak", "elm", None, "oak"], "size": [None, None, None, 7.0]})
    assert fill.apply(new)["size"].tolist() == [20.0, 3.0, 3.0, 7.0]
