"""Training dynamics: which rows are learned early, late, or never, and what that makes them.

Metadata Archaeology (Siddiqui et al., 2022): probes of known kind are put among the rows, and each
row is of the kind of the probes whose course of learning is most like its own. Data maps
(Swayamdipta et al., 2020): confidence is the mean, variability the standard deviation of the
probability of the given label over the epochs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

EPOCHS = 20
PROBES = 250
SHARE = 0.05
NEIGHBORS = 20
HIDDEN = 64

Kind = Literal["typical", "atypical", "ambiguous", "mislabeled"]
KINDS: tuple[Kind, ...] = ("typical", "atypical", "ambiguous", "mislabeled")
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Report = Callable[..., None]


@dataclass(frozen=True)
class Dynamics:
    """What the course of learning says of each row.

    Attributes:
        kinds: one of `KINDS` a row, as its place there.
        confidence: mean probability of the given label over the epochs.
        variability: its standard deviation.
    """

    kinds: Codes
    confidence: Floats
    variability: Floats

    def rows(self, kind: Kind) -> list[int]:
        """Return the places of a kind's rows, those of the least confidence first."""
        places = np.flatnonzero(self.kinds == KINDS.index(kind))
        return [int(k) for k in places[np.argsort(self.confidence[places], kind="stable")]]


def training_dynamics(
    features: npt.NDArray[np.float32],
    codes: Codes,
    report: Report = lambda message, share=None: None,
    seed: int = 0,
) -> Dynamics:
    """Sort rows by how a small network learns them.

    Probes: of the rows nearest to the center of their own class, the near ones are typical and the
    far ones atypical; points midway between rows of two classes are ambiguous; copies of rows with
    another label are mislabeled.

    Args:
        features: numbers of a comparable scale, shape (rows, features).
        codes: the class of each row, from 0.
        report: told how far the work is.
        seed: seed of the probes and the network.
    """
    random = np.random.default_rng(seed)
    number = max(5, min(PROBES, int(SHARE * len(codes))))
    typical, atypical = _by_center(features, codes, number)
    mixed, mixed_codes = _between(features, codes, number, random)
    wrong = random.choice(len(codes), number)
    classes = int(codes.max()) + 1
    wrong_codes = (codes[wrong] + random.integers(1, classes, number)) % classes
    rows = np.vstack([features, mixed, features[wrong]])
    given = np.concatenate([codes, mixed_codes, wrong_codes])
    courses = _courses(rows, given, report, seed)
    probes = np.concatenate([typical, atypical, np.arange(len(codes), len(given))])
    kind_of = np.repeat(np.arange(len(KINDS)), [len(typical), len(atypical), number, number])
    return Dynamics(
        _nearest_kind(courses[: len(codes)], courses[probes], kind_of),
        courses[: len(codes)].mean(axis=1),
        courses[: len(codes)].std(axis=1),
    )


def _by_center(features: npt.NDArray[np.float32], codes: Codes, number: int) -> tuple[Codes, Codes]:
    sums = np.zeros((int(codes.max()) + 1, features.shape[1]))
    np.add.at(sums, codes, features)
    centers = sums / np.maximum(np.bincount(codes), 1)[:, None]
    distances = np.stack([np.linalg.norm(features - center, axis=1) for center in centers])
    own = distances[codes, np.arange(len(codes))]
    # A row nearer to another class is no clear case of either kind.
    clear = np.flatnonzero(own <= distances.min(axis=0))
    order = clear[np.argsort(own[clear], kind="stable")]
    number = min(number, len(order) // 2)
    return order[:number], order[len(order) - number :]


def _between(
    features: npt.NDArray[np.float32], codes: Codes, number: int, random: np.random.Generator
) -> tuple[npt.NDArray[np.float32], Codes]:
    """Return points midway between rows of two classes, with the label of either."""
    first = random.choice(len(codes), number)
    second = np.array([random.choice(np.flatnonzero(codes != codes[k])) for k in first])
    either = np.where(random.random(number) < 0.5, codes[first], codes[second])
    return (features[first] + features[second]) / 2, either


def _courses(rows: npt.NDArray[np.float32], codes: Codes, report: Report, seed: int) -> Floats:
    """Return the probability of the given label after each epoch, shape (rows, epochs)."""
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((HIDDEN,), batch_size=64, learning_rate_init=0.003, random_state=seed)
    courses = np.empty((len(rows), EPOCHS))
    for epoch in range(EPOCHS):
        report("Watching how rows are learned", epoch / EPOCHS)
        model.partial_fit(rows, codes, classes=np.unique(codes))
        places = np.searchsorted(model.classes_, codes)
        courses[:, epoch] = model.predict_proba(rows)[np.arange(len(rows)), places]
    return courses


def _nearest_kind(courses: Floats, probes: Floats, kind_of: Codes) -> Codes:
    """Return the kind of most of the probes whose courses are nearest."""
    from sklearn.neighbors import KNeighborsClassifier

    model = KNeighborsClassifier(min(NEIGHBORS, len(probes)), weights="distance")
    return np.asarray(model.fit(probes, kind_of).predict(courses), dtype=np.int64)
