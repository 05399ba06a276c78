"""Every feature operation: written, read and applied again it gives the same columns."""

import json

import numpy as np
import pandas as pd
import pytest
from dataquarry.errors import ToolError
from dataquarry.tools.features.base import sort_columns, training_rows
from dataquarry.tools.features.families import FAMILIES, all_candidates
from dataquarry.tools.features.texts import fit_meanings
from dataquarry.tools.operations import parse_operation
from dataquarry.tools.operations.feature_base import keys
from dataquarry.tools.tables import parquet_bytes


def mixed_frame(rows=120, seed=0):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "length": random.uniform(1, 9, rows).round(3),
            "width": random.uniform(0, 4, rows).round(2),
            "height": random.uniform(2, 4, rows).round(1),
            "rooms": random.integers(1, 6, rows),
            "kind": random.choice(["flat", "house", "barn"], rows),
            "place": random.choice(["north", "south", "east"], rows),
            "sold": pd.Timestamp("2020-01-01")
            + pd.to_timedelta(random.integers(0, 900 * 24, rows), unit="h"),
            "built": pd.Timestamp("1990-01-01")
            + pd.to_timedelta(random.integers(0, 9000, rows), unit="D"),
            "note": [f"Nice one number {i} in town {i % 7}" for i in random.permutation(rows)],
        }
    )
    frame.loc[random.random(rows) < 0.1, ["width", "kind", "sold", "note"]] = None
    return frame.assign(price=frame["length"] * 3 + random.normal(0, 1, rows))


def fitted():
    frame = mixed_frame()
    training = training_rows(frame, "price", "regression")
    found = all_candidates(training, sort_columns(frame, "price"))
    return [(c.id, operation) for c in found for operation in c.fit(training)]


FITTED = fitted()


def one_of_each():
    """One operation of each class and choice of what it does."""
    found = {}
    for identity, operation in FITTED:
        choices = {k: v for k, v in operation.model_dump().items() if k in CHOICES}
        found.setdefault(str((operation.op(), choices)), (identity, operation))
    return list(found.values())


CHOICES = {"how", "statistic", "relation", "part", "analyzer", "unit", "place", "cycle"}
EACH = one_of_each()


def test_every_family_has_candidates_here():
    families = {identity.split(":")[0] for identity, _ in FITTED}
    assert families == {family.name for family in FAMILIES}


@pytest.mark.parametrize(
    "operation", [operation for _, operation in EACH], ids=[identity for identity, _ in EACH]
)
def test_serialized_and_read_it_gives_the_same_bytes_on_new_rows(operation):
    again = parse_operation(json.loads(json.dumps(operation.model_dump(mode="json"))))
    assert again == operation
    for frame in (
        mixed_frame(),
        mixed_frame(seed=5),
        mixed_frame().iloc[:3],
        mixed_frame().iloc[:0],
    ):
        before = frame.copy(deep=True)
        made = operation.apply(frame)
        assert parquet_bytes(again.apply(frame)) == parquet_bytes(made)
        pd.testing.assert_frame_equal(frame, before)
        assert list(made.columns[: frame.shape[1]]) == list(frame.columns)
        new = made.iloc[:, frame.shape[1] :]
        assert new.shape[1] > 0
        assert (new.dtypes == "float64").all()
        assert not np.isinf(new.to_numpy()).any()
    assert repr(operation.name) in operation.sentence()


def test_a_row_gets_the_same_features_alone_and_among_others():
    frame = mixed_frame(seed=3)
    for identity, operation in FITTED:
        whole = operation.apply(frame).iloc[[7]].reset_index(drop=True)
        alone = operation.apply(frame.iloc[[7]].reset_index(drop=True))
        pd.testing.assert_frame_equal(whole, alone, obj=identity)


def test_a_new_category_gets_the_value_for_none_seen():
    frame = mixed_frame().iloc[:2].assign(kind="castle")
    for identity, operation in FITTED:
        if identity == "categories:count_of_kind":
            assert operation.apply(frame)[operation.name].tolist() == [0.0, 0.0]
        if identity == "categories:target_mean_of_kind":
            assert operation.apply(frame)[operation.name].tolist() == [operation.default] * 2


def test_keys_do_not_depend_on_how_numbers_are_stored():
    whole, gaps = pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [1.0, np.nan]})
    assert keys(whole, ["a"]).tolist() == ["1", "2"]
    assert keys(gaps, ["a"]).tolist() == ["1", ""]


def test_a_taken_name_and_a_missing_column_are_said():
    operation = FITTED[0][1]
    frame = operation.apply(mixed_frame())
    with pytest.raises(ToolError, match="already has a column"):
        operation.apply(frame)
    with pytest.raises(ToolError, match="has no column"):
        operation.apply(pd.DataFrame({"other": [1]}))


def test_texts_that_mean_the_same_lie_together_whatever_their_words():
    animals = ["A dog barks at strangers.", "The puppy chases its tail.", "My kitten purrs softly."]
    money = ["The bank raised rates.", "Shares fell at noon.", "Investors sold their bonds."]
    frame = pd.DataFrame({"say": (animals + money) * 5, "y": np.arange(30.0)})
    training = training_rows(frame, "y", "regression")
    first = fit_meanings(training, "say", "m").compute(frame)["m_1"]
    assert abs(np.sign(first[:3]).sum()) == abs(np.sign(first[3:6]).sum()) == 3
    assert np.sign(first[0]) != np.sign(first[3])


def test_a_meaning_of_another_encoder_is_refused(monkeypatch):
    frame = pd.DataFrame({"say": ["one text", None, "another text"], "y": [1.0, 2.0, 3.0]})
    operation = fit_meanings(training_rows(frame, "y", "regression"), "say", "m")
    assert np.isnan(operation.compute(frame)["m_1"][1])
    other = operation.model_copy(update={"encoder": "another"})
    with pytest.raises(ToolError, match="fitted with the encoder another"):
        other.apply(frame)
