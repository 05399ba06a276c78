"""FrameEncoder: any mixed frame to the numbers that a model of trees takes."""

from typing import Any, Self

import numpy as np
import pandas as pd
from pandas.api import types
from sklearn.base import BaseEstimator, TransformerMixin

from .scoring import MAX_CATEGORIES, Numbers, as_floats


class FrameEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Numbers stay, moments become seconds, words become the place of their category.

    Categories are numbered in their own order (that of an ordered column, else the alphabet), the
    hundred most frequent at most; a value that was not among them is missing. A column of words
    that never repeat is left out. Missing values stay missing.
    """

    def fit(self, frame: pd.DataFrame, target: Any = None) -> Self:
        """Learn the columns, their kinds and their categories."""
        self.columns_ = [str(c) for c in frame.columns]
        self.categories_: dict[str, list[str]] = {}
        self.kept_: list[str] = []
        for name, series in zip(self.columns_, _columns(frame), strict=True):
            if not _is_number(series):
                categories = _categories(series)
                if not categories:
                    continue
                self.categories_[name] = categories
            self.kept_.append(name)
        return self

    def transform(self, frame: pd.DataFrame) -> Numbers:
        """Return one column of floats per column kept, in the order of the fitted frame."""
        found = dict(zip([str(c) for c in frame.columns], _columns(frame), strict=True))
        encoded = [self._encode(name, found[name]) for name in self.kept_]
        if not encoded:
            return np.zeros((len(frame), 1))
        numbers = np.column_stack(encoded)
        return np.where(np.isinf(numbers), np.nan, numbers)

    def get_feature_names_out(self, names: Any = None) -> np.ndarray[Any, Any]:
        """Return the names of the columns kept."""
        return np.array(self.kept_ or ["nothing"], dtype=object)

    def _encode(self, name: str, series: pd.Series) -> Numbers:
        categories = self.categories_.get(name)
        if categories is None:
            if _is_number(series):
                return as_floats(series)
            return as_floats(pd.to_numeric(_words(series), errors="coerce"))
        codes = pd.Index(categories).get_indexer(pd.Index(_words(series).astype(object)))
        return np.where(codes < 0, np.nan, codes).astype("float64")


def _columns(frame: pd.DataFrame) -> list[pd.Series]:
    return [frame.iloc[:, place] for place in range(frame.shape[1])]


def _is_number(series: pd.Series) -> bool:
    dtype = series.dtype
    return (
        types.is_numeric_dtype(dtype)
        or types.is_datetime64_any_dtype(dtype)
        or types.is_timedelta64_dtype(dtype)
    ) and not types.is_complex_dtype(dtype)


def _words(series: pd.Series) -> pd.Series:
    """Return the text of each value, None where there is none."""
    text = series.astype(object).map(str, na_action="ignore")
    return text.where(series.notna(), None)


def _categories(series: pd.Series) -> list[str]:
    if isinstance(series.dtype, pd.CategoricalDtype) and series.dtype.ordered:
        return [str(c) for c in series.dtype.categories][:MAX_CATEGORIES]
    counts = _words(series).value_counts()
    if counts.empty or counts.iloc[0] < 2:
        return []
    # Equal counts are settled by the alphabet, so that row order never matters.
    ranked = sorted(counts.items(), key=lambda item: (-int(item[1]), str(item[0])))
    return sorted(str(name) for name, _ in ranked[:MAX_CATEGORIES])
