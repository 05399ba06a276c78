"""Wrong labels are found by models that never saw them; the right one is suggested."""

import numpy as np
import pandas as pd
import pytest
from dataquarry import NotApplicable
from dataquarry.tools.auditing.dynamics import training_dynamics
from dataquarry.tools.auditing.labels import label_errors_in_table, label_errors_in_texts


def clouds(rows: int = 300, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    codes = random.integers(0, 3, rows)
    points = np.eye(3)[codes] @ random.normal(0, 1, (3, 12)) + random.normal(0, 0.35, (rows, 12))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return points.astype(np.float32), codes


def flipped(codes: np.ndarray) -> tuple[np.ndarray, set[int]]:
    wrong = np.random.default_rng(1).choice(len(codes), 15, replace=False)
    given = codes.copy()
    given[wrong] = (given[wrong] + 1) % 3
    return given, set(wrong.tolist())


def test_moved_labels_of_texts_are_found_with_the_right_one() -> None:
    vectors, codes = clouds()
    given, wrong = flipped(codes)
    found = label_errors_in_texts(vectors, pd.Series(given, name="label"))
    assert len(set(found.rows.tolist()) & wrong) >= 13
    assert len(set(found.rows.tolist()) - wrong) <= 3
    right = [codes[r] == s for r, s in zip(found.rows, found.suggested, strict=True)]
    assert np.mean(right) >= 0.8
    margins = found.margins[found.rows]
    assert (np.diff(margins) <= 0).all()


def test_moved_labels_of_a_table_are_found() -> None:
    vectors, codes = clouds(200)
    given, wrong = flipped(codes)
    frame = pd.DataFrame(vectors, columns=[f"x{k}" for k in range(12)]).assign(
        kind=np.array(["a", "b", "c"])[given], color="red"
    )
    found = label_errors_in_table(frame, "kind")
    assert len(set(found.rows.tolist()) & wrong) >= 10
    assert len(set(found.rows.tolist()) - wrong) <= 8
    assert set(found.suggested) <= {"a", "b", "c"}


def test_right_labels_are_left_alone() -> None:
    vectors, codes = clouds()
    assert len(label_errors_in_texts(vectors, pd.Series(codes, name="label")).rows) <= 2


def test_rare_classes_and_missing_labels_are_not_judged() -> None:
    vectors, codes = clouds()
    labels = pd.Series(codes, name="label").astype("float64")
    labels[:3] = [9.0, np.nan, 9.0]
    found = label_errors_in_texts(vectors, labels)
    assert np.isnan(found.margins[:3]).all()
    assert found.classes == [0, 1, 2]


def test_too_few_rows_are_told() -> None:
    with pytest.raises(NotApplicable, match="rows in classes"):
        label_errors_in_texts(np.ones((6, 2), np.float32), pd.Series(list("ababab"), name="kind"))


def test_flipped_rows_are_learned_as_mislabeled_probes() -> None:
    vectors, codes = clouds(600)
    given, wrong = flipped(codes)
    found = training_dynamics(vectors, given.astype(np.int64))
    mislabeled = set(found.rows("mislabeled"))
    assert len(mislabeled & wrong) >= 10
    assert len(mislabeled - wrong) <= 20
    right = [k for k in range(600) if k not in wrong]
    assert found.confidence[list(wrong)].mean() < found.confidence[right].mean() - 0.3
    assert found.variability.min() >= 0
