"""Gaussian copula: each column by its own distribution, all tied by one correlation matrix.

Every column becomes normal scores; categories take stretches of the unit interval as long as they
are frequent. The farthest from the real rows of the generators here: it knows pairs of columns
only, and only monotone relations. Nelsen, "An Introduction to Copulas" (2006); for tables with
categories: Patki, Wedge and Veeramachaneni, "The Synthetic Data Vault" (2016).
"""

import numpy as np
import pandas as pd

from .columns import Column, as_numbers, numbers_like, texts
from .matrix import Array

_EDGE = 1e-6


class CopulaGenerator:
    """Makes rows with the real columns' distributions and rank correlations.

    Args:
        columns: what each column is.
        order: names of the modeled columns.
        seed: seed of every draw.
    """

    def __init__(self, columns: list[Column], order: list[str], seed: int) -> None:
        self.columns = {column.name: column for column in columns}
        self.order = order
        self.rng = np.random.default_rng(seed)

    def fit(self, frame: pd.DataFrame) -> "CopulaGenerator":
        """Learn the distributions and the correlations."""
        self.frame = frame.reset_index(drop=True)
        scores = [s for name in self.order for s in self._scores(self.frame[name], name)]
        matrix = np.corrcoef(np.vstack(scores)) if len(scores) > 1 else np.ones((1, 1))
        self.correlation = _positive(np.nan_to_num(matrix))
        return self

    def sample(self, count: int, given: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return new rows; those of `given` keep the values of its columns."""
        from scipy.special import ndtr

        names = [] if given is None else [n for n in self.order if n in given.columns]
        known = [s for n in names for s in self._scores(given[n], n)] if given is not None else []
        latent = self._latent(count, self._places(names), known)
        uniform = np.clip(ndtr(latent), _EDGE, 1 - _EDGE)
        made, at = {}, 0
        for name in self.order:
            width = self._width(name)
            made[name] = self._values(uniform[:, at : at + width], name)
            at += width
        for name in names:
            assert given is not None
            made[name] = given[name].reset_index(drop=True)
        return pd.DataFrame(made)

    def _latent(self, count: int, fixed: list[int], known: list[Array]) -> Array:
        """Draw normal scores, given some of them."""
        size = len(self.correlation)
        free = [place for place in range(size) if place not in fixed]
        latent = np.zeros((count, size))
        sigma = self.correlation[np.ix_(free, free)]
        mean = np.zeros((count, len(free)))
        if fixed:
            values = np.column_stack(known)
            weights = np.linalg.solve(
                self.correlation[np.ix_(fixed, fixed)], self.correlation[np.ix_(fixed, free)]
            )
            mean = values @ weights
            sigma = _positive(sigma - self.correlation[np.ix_(free, fixed)] @ weights, unit=False)
            latent[:, fixed] = values
        root = np.linalg.cholesky(sigma + np.eye(len(free)) * 1e-9)
        latent[:, free] = mean + self.rng.standard_normal((count, len(free))) @ root.T
        return latent

    def _places(self, names: list[str]) -> list[int]:
        """Return which rows of the correlation matrix belong to these columns."""
        places: list[int] = []
        at = 0
        for name in self.order:
            if name in names:
                places += range(at, at + self._width(name))
            at += self._width(name)
        return places

    def _gaps(self, name: str) -> bool:
        numeric = self.columns[name].kind != "category"
        return numeric and bool(self.frame[name].isna().any())

    def _width(self, name: str) -> int:
        return 2 if self._gaps(name) else 1

    def _scores(self, series: pd.Series, name: str) -> list[Array]:
        """Return the normal scores of a column, and of its gaps where it has any."""
        from scipy.special import ndtri

        if self.columns[name].kind == "category":
            return [ndtri(self._category_uniform(series, name))]
        values = as_numbers(series)
        known = np.sort(as_numbers(self.frame[name]))
        known = known[~np.isnan(known)]
        low = np.searchsorted(known, values, side="left")
        high = np.searchsorted(known, values, side="right")
        rank = np.clip((low + high) / 2 / max(len(known), 1), _EDGE, 1 - _EDGE)
        scores = [np.where(np.isnan(values), 0.0, ndtri(rank))]
        if self._gaps(name):
            share = 1 - len(known) / len(self.frame)
            half = np.where(np.isnan(values), 1 - share / 2, (1 - share) / 2)
            scores.append(ndtri(np.clip(half, _EDGE, 1 - _EDGE)))
        return scores

    def _levels(self, name: str) -> pd.Series:
        """Return the shares of the categories, missing as one, in a fixed order."""
        shown = texts(self.frame[name]).astype(object).map(str, na_action="ignore")
        shares = shown.where(shown.notna(), None).value_counts(normalize=True, dropna=False)
        return shares.sort_index(kind="stable", key=lambda index: index.map(str))

    def _category_uniform(self, series: pd.Series, name: str) -> Array:
        shares = self._levels(name)
        middle = (shares.cumsum() - shares / 2).to_numpy()
        shown = texts(series).astype(object).map(str, na_action="ignore")
        code = pd.Index(shares.index.map(str)).get_indexer(shown.map(str))
        return np.clip(np.where(code < 0, 0.5, middle[code]), _EDGE, 1 - _EDGE)

    def _values(self, uniform: Array, name: str) -> pd.Series:
        """Return the values at these places of the column's own distribution."""
        real = self.frame[name]
        if self.columns[name].kind == "category":
            shares = self._levels(name)
            code = np.searchsorted(shares.cumsum().to_numpy(), uniform[:, 0])
            code = np.minimum(code, len(shares) - 1)
            shown = texts(real).astype(object).map(str, na_action="ignore").map(str)
            first = pd.Series(range(len(real)), index=shown)
            first = first[~first.index.duplicated()]
            return real.take(first.loc[shares.index.map(str)].to_numpy()[code]).reset_index(
                drop=True
            )
        known = as_numbers(real)
        known = np.sort(known[~np.isnan(known)])
        places = uniform[:, 0] * (len(known) - 1)
        values = np.interp(places, np.arange(len(known)), known)
        series = numbers_like(values, real, self.columns[name])
        if self._gaps(name):
            series = series.mask(uniform[:, 1] > len(known) / len(real))
        return series


def _positive(matrix: Array, unit: bool = True) -> Array:
    """Return the nearest matrix without negative eigenvalues, with ones on the diagonal."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    repaired: Array = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    if unit:
        scale = np.sqrt(np.diag(repaired))
        repaired = repaired / scale[:, None] / scale[None, :]
    return repaired
