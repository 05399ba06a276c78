"""SMOTE: rows of one class between neighboring real rows of that class.

Made for imbalance and for nothing else. Chawla, Bowyer, Hall and Kegelmeyer, "SMOTE" (2002), with
its variants for categories, from the package imbalanced-learn.
"""

from typing import Any

import numpy as np
import pandas as pd

from ...errors import MissingExtra, NotApplicable
from .columns import Column, as_numbers, numbers_like
from .matrix import Array, as_texts


class SmoteGenerator:
    """Makes rows of given classes.

    Args:
        columns: what each column is.
        order: names of the modeled columns, the class first.
        seed: seed of every draw.
    """

    def __init__(self, columns: list[Column], order: list[str], seed: int) -> None:
        self.columns = {column.name: column for column in columns}
        self.order = order
        self.seed = seed

    def fit(self, frame: pd.DataFrame) -> "SmoteGenerator":
        """Keep the real rows.

        Raises:
            NotApplicable: a column has missing values, between which nothing lies.
        """
        gaps = [name for name in self.order if frame[name].isna().any()]
        if gaps:
            raise NotApplicable(f"SMOTE needs complete rows; values are missing in: {gaps}")
        self.frame = frame.reset_index(drop=True)
        return self

    def sample(self, count: int, given: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return new rows of the classes in `given`, which has one column.

        Raises:
            NotApplicable: no class is asked for, or the class has too few rows.
            MissingExtra: imbalanced-learn is not installed.
        """
        if given is None or list(given.columns) != self.order[:1]:
            raise NotApplicable("SMOTE makes rows of a class: give a condition on the target alone")
        target = self.order[0]
        real = as_texts(self.frame[target])
        wanted = as_texts(given[target]).value_counts()
        aim = {str(name): int((real == str(name)).sum() + n) for name, n in wanted.items()}
        fewest = min(int((real == name).sum()) for name in aim)
        if fewest < 2:
            raise NotApplicable("SMOTE needs two real rows of the class")
        inputs = [self._input(name) for name in self.order[1:]]
        sampler = self._sampler(aim, min(5, fewest - 1))
        matrix, labels = sampler.fit_resample(np.column_stack(inputs), real.to_numpy(dtype=object))
        fresh, labels = matrix[len(real) :], labels[len(real) :]
        self.seed += 1
        made = {target: self._taken(target, labels)}
        for place, name in enumerate(self.order[1:]):
            made[name] = self._output(name, fresh[:, place])
        return pd.DataFrame(made)

    def _sampler(self, aim: dict[Any, int], neighbors: int) -> Any:
        try:
            from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC
        except ImportError as error:
            raise MissingExtra("SMOTE comes from imbalanced-learn", "imbalance") from error
        category = [self.columns[name].kind == "category" for name in self.order[1:]]
        shared = {"sampling_strategy": aim, "random_state": self.seed, "k_neighbors": neighbors}
        if all(category):
            return SMOTEN(**shared)
        if not any(category):
            return SMOTE(**shared)
        return SMOTENC(categorical_features=np.flatnonzero(category).tolist(), **shared)

    def _input(self, name: str) -> Array:
        if self.columns[name].kind == "category":
            return pd.factorize(as_texts(self.frame[name]))[0].astype(float)
        return as_numbers(self.frame[name])

    def _output(self, name: str, values: Array) -> pd.Series:
        if self.columns[name].kind == "category":
            _, levels = pd.factorize(as_texts(self.frame[name]))
            return self._taken(name, np.asarray(levels)[values.astype(float).astype(int)])
        return numbers_like(values.astype(float), self.frame[name], self.columns[name])

    def _taken(self, name: str, shown: Array) -> pd.Series:
        """Return the real values that look like these words."""
        first = pd.Series(range(len(self.frame)), index=as_texts(self.frame[name]))
        first = first[~first.index.duplicated()]
        return self.frame[name].take(first.loc[shown].to_numpy()).reset_index(drop=True)
