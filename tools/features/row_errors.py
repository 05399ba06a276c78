"""Errors of single rows, by which features are judged.

They are chosen for telling a gain from chance with few rows. Squared errors of quantities leave the
decision to a few rows far off, and wrong classes are too coarse a count. Probabilities are brought
to the right confidence first (temperature scaling, Guo et al., On calibration of modern neural
networks, 2017): boosting on small tables is overconfident, and features that sharpen it would be
blamed for that although they put the classes in a better order.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from .base import Floats

LEAST = 1e-6
TEMPERATURES = (0.02, 4.0)


def distances(truth: Floats, predicted: Floats) -> Floats:
    """Return the absolute error of each row."""
    return np.asarray(np.abs(truth - predicted), dtype="float64")


def brier(truth: npt.NDArray[np.intp], probabilities: Floats) -> Floats:
    """Return the squared distance of each row's probabilities to its class (Brier, 1950).

    Args:
        truth: the column of each row's class.
        probabilities: one row per row, one column per class, from models that did not see the row.
            One number for all of them scales their confidence to the least log loss.
    """
    calmed = _calm(truth, probabilities)
    calmed[np.arange(len(truth)), truth] -= 1
    return np.asarray((calmed**2).sum(axis=1), dtype="float64")


def in_classes(probabilities: Floats, known: npt.NDArray[Any], classes: list[str]) -> Floats:
    """Return probabilities with a column for each of all classes, 0 for those not known.

    A boosting model that was fitted to one class gives two columns, of which the first is it.
    """
    found = np.zeros((len(probabilities), len(classes)))
    found[:, [classes.index(str(name)) for name in known]] = probabilities[:, : len(known)]
    return found


def _calm(truth: npt.NDArray[np.intp], probabilities: Floats) -> Floats:
    from scipy.optimize import minimize_scalar

    logs = np.log(np.clip(probabilities, LEAST, 1.0))
    rows = np.arange(len(truth))

    def log_loss(factor: float) -> float:
        return float(-np.log(np.maximum(_powers(logs, factor)[rows, truth], LEAST)).mean())

    best = minimize_scalar(log_loss, bounds=TEMPERATURES, method="bounded", options={"xatol": 0.01})
    return _powers(logs, float(best.x))


def _powers(logs: Floats, factor: float) -> Floats:
    raised = np.exp(factor * (logs - logs.max(axis=1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype="float64")
