"""Features as a model writes them: the form it fills in, and what makes a Candidate of one."""

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from ...errors import ToolError
from ..describe import named_column
from ..operations.feature_base import AddFeature
from ..operations.feature_written import AddWritten, called
from ..sandbox import CodeFailed, check_code, keep_warm
from .base import Candidate, Training

FAMILY = "written"
MOST_COLUMNS = 12
MOST_FEATURES = 5


class WrittenFeature(BaseModel):
    """One feature as a model writes it."""

    model_config = ConfigDict(extra="ignore")

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,59}$", description="Name, in snake case.")
    columns: list[str] = Field(
        min_length=1, max_length=MOST_COLUMNS, description="Columns that the code reads."
    )
    reason: str = Field(max_length=400, description="Why it should help, in one sentence.")
    state: str = Field(default="", max_length=400, description="What `fit` learns, or nothing.")
    code: str = Field(max_length=8000, description="Python with transform, and fit where needed.")


class WrittenFeatures(BaseModel):
    """The answer of a model that was asked for features."""

    model_config = ConfigDict(extra="ignore")

    features: list[WrittenFeature] = Field(max_length=2 * MOST_FEATURES)


def written_candidate(feature: WrittenFeature, training: Training) -> Candidate:
    """Return a feature that a model wrote as a candidate like any other.

    Fitting sees the named columns of the training rows, not the target.

    Raises:
        ToolError: it cannot be tried; the message is for the model.
    """
    columns = _columns(feature, training)
    fits = check_code(feature.code)

    def fit(rows: Training) -> list[AddFeature]:
        return [_fitted(feature, columns, rows.frame, fits)]

    candidate = Candidate(f"{FAMILY}:{feature.name}", FAMILY, feature.name, fit)
    _check_rows(candidate, training)
    return candidate


def _fitted(
    feature: WrittenFeature, columns: list[str], frame: pd.DataFrame, fits: bool
) -> AddWritten:
    state = None
    if fits:
        with keep_warm() as box:
            state = box.fit(feature.code, called(frame, columns, feature.columns))
        if state is None:
            raise CodeFailed("refused", "fit returned nothing.")
    return AddWritten(
        name=feature.name,
        columns=columns,
        names=feature.columns if feature.columns != columns else [],
        reason=feature.reason,
        code=feature.code,
        state=state,
    )


def _columns(feature: WrittenFeature, training: Training) -> list[str]:
    """Return the columns that a model named; small models write them in small letters.

    Raises:
        ToolError: there is no such column, it is the target, or the new name is taken.
    """
    known = list(map(str, training.frame.columns))
    columns = [named_column(name, known) for name in feature.columns]
    if training.target in columns:
        raise ToolError("It reads the target, which is not known where the feature is used.")
    if len(set(columns)) < len(columns):
        raise ToolError("It names a column twice.")
    if feature.name in known:
        raise ToolError(f"The table already has a column {feature.name!r}.")
    return columns


def _check_rows(candidate: Candidate, training: Training) -> None:
    """Try the code, and see whether the value of a row stays when other rows are left out.

    Raises:
        CodeFailed: it fails, is constant, or looks at other rows in `transform`.
    """
    operation = candidate.fit(training)[0]
    whole = operation.compute(training.frame)[candidate.title]
    half = training.frame.iloc[::2].reset_index(drop=True)
    alone = operation.compute(half)[candidate.title]
    if not np.allclose(whole[::2], alone, rtol=1e-9, atol=1e-12, equal_nan=True):
        raise CodeFailed(
            "refused",
            "The value of a row changes when other rows are left out: learn from many rows in fit, "
            "not in transform.",
        )
    if len(np.unique(whole[~np.isnan(whole)])) < 2:
        raise CodeFailed("refused", "It has the same value in every row.")
