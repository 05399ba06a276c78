"""The models that features are judged with: boosting by default, or the user's own choice."""

from typing import Any, Literal

import numpy as np

from ...errors import MissingExtra
from ..encoder import FrameEncoder
from ..scoring import Task

ModelKind = Literal["boosting", "lightgbm", "xgboost", "linear"]


def make_model(
    kind: ModelKind,
    task: Task,
    seed: int,
    encoder: FrameEncoder,
    settings: dict[str, Any] | None = None,
) -> Any:
    """Return a model that takes the encoder's columns, further ones after them.

    Args:
        kind: `boosting` is scikit-learn's HistGradientBoosting without early stopping.
        task: what the target is.
        seed: fixes the model.
        encoder: the fitted encoder; a linear model takes one column per category.
        settings: of `boosting` only, to make it shorter while searching.

    Raises:
        MissingExtra: the library of the model is not installed.
    """
    if kind == "boosting":
        return boosting(task, seed, settings)
    if kind == "linear":
        return _linear(task, encoder)
    return _library(kind, task, seed)


def boosting(task: Task, seed: int, settings: dict[str, Any] | None = None) -> Any:
    """Return the model of `default_model` without its encoder, or with other settings."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    given = {"random_state": seed, "early_stopping": False, **(settings or {})}
    if task == "classification":
        return HistGradientBoostingClassifier(**given)
    return HistGradientBoostingRegressor(**given)


def _linear(task: Task, encoder: FrameEncoder) -> Any:
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    words = [i for i, name in enumerate(encoder.kept_) if name in encoder.categories_]
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    columns = make_column_transformer((one_hot, words), remainder="passthrough")
    model = (
        LogisticRegression(max_iter=500)
        if task == "classification"
        else RidgeCV(np.logspace(-2, 3, 6))
    )
    return make_pipeline(columns, SimpleImputer(keep_empty_features=True), StandardScaler(), model)


def _library(kind: Literal["lightgbm", "xgboost"], task: Task, seed: int) -> Any:
    classes = task == "classification"
    try:
        if kind == "lightgbm":
            from lightgbm import LGBMClassifier, LGBMRegressor

            made = LGBMClassifier if classes else LGBMRegressor
            return made(random_state=seed, n_jobs=1, verbosity=-1)
        from xgboost import XGBClassifier, XGBRegressor
    except ImportError as error:
        raise MissingExtra(f"Judging with {kind} needs its package", "boosting") from error
    given = {"random_state": seed, "n_jobs": 1}
    return _Coded(XGBClassifier(**given)) if classes else XGBRegressor(**given)


class _Coded:
    """A classifier that takes numbered classes, given texts."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def fit(self, columns: Any, target: Any) -> "_Coded":
        """Number the classes in the order of their texts."""
        self.classes_, codes = np.unique(target.astype(str), return_inverse=True)
        self.model.fit(columns, codes)
        return self

    def predict_proba(self, columns: Any) -> Any:
        """Return one column per class in the order of `classes_`."""
        return self.model.predict_proba(columns)
