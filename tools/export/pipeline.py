"""features.skops: the approved changes of a run as a fitted scikit-learn pipeline.

skops stores plain values and names of types, not pickled code; whoever loads the file lists the
types to be trusted. The only one that is not scikit-learn's own is `ApplyOperations`.
"""

from pathlib import Path
from typing import Any, Self

import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

from ..operations import parse_operation
from ..operations.base import Operation
from ..operations.feature_base import AddFeature
from ..recipe import Recipe

FILE = "features.skops"
TRUSTED = [
    "dataquarry.tools.export.pipeline.ApplyOperations",
]
"""The types to name as trusted when features.skops is loaded."""


class ApplyOperations(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Apply operations that were fitted before, given as their JSON; nothing is fitted again."""

    def __init__(self, operations: list[dict[str, Any]]) -> None:
        self.operations = operations

    def fit(self, frame: pd.DataFrame, target: Any = None) -> Self:
        """Do nothing: the operations hold what they learned."""
        return self

    def transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame after every operation, one row for each row.

        Raises:
            ToolError: the frame lacks a column that an operation needs.
        """
        for operation in self.operations:
            frame = parse_operation(operation).apply(frame)
        return frame

    def __sklearn_is_fitted__(self) -> bool:
        """Say that nothing needs to be fitted."""
        return True


def has_features(recipe: Recipe) -> bool:
    """Say whether a recipe adds features."""
    return any(isinstance(operation, AddFeature) for operation in recipe.operations)


def pipeline_of(recipe: Recipe) -> Any:
    """Return a fitted pipeline with one step per change of the recipe.

    Changes that drop or add rows are left out: new rows come to a model one by one and all of
    them need an answer.
    """
    from sklearn.pipeline import Pipeline

    steps: list[tuple[str, ApplyOperations]] = []
    for change in recipe.changes:
        kept = [_as_json(o) for o in change.operations if o.rows == "keeps" and not o.whole_table]
        if kept:
            steps.append(
                (f"{len(steps) + 1} {change.group.replace('__', '_')}", ApplyOperations(kept))
            )
    return Pipeline(steps)


def write_pipeline(recipe: Recipe, folder: Path) -> None:
    """Write features.skops to a folder."""
    import skops.io

    skops.io.dump(pipeline_of(recipe), folder / FILE)


def read_pipeline(file: Path) -> Any:
    """Return the pipeline of a features.skops, trusting `TRUSTED` beside what skops trusts itself.

    Raises:
        UntrustedTypesFoundException: the file holds other types; it is not from DataQuarry.
    """
    import skops.io

    return skops.io.load(file, trusted=TRUSTED)


def _as_json(operation: Operation) -> dict[str, Any]:
    return operation.model_dump(mode="json")
