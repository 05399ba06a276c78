"""What speaks for a record whatever its own words are: how known it is, and who names it.

`popularity` is what the source tells (packages that carry it, benchmarks built on it), `named` how
many other descriptions name it, and `votes` how close to the demand those descriptions are: a
record that many datasets for the same purpose name is one that people use for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .mentions import citations
from .records import Record

Array = npt.NDArray[np.float32]

_SHARPNESS = 20.0
_SCALE = 20.0


@dataclass(frozen=True)
class Signals:
    """Signals by position; `naming` holds pairs (position that names, position that is named)."""

    popularity: Array
    named: Array
    naming: npt.NDArray[np.int32]

    @classmethod
    def build(cls, records: Sequence[Record]) -> "Signals":
        """Measure the signals of records."""
        naming = np.array(citations(records), dtype=np.int32).reshape(-1, 2)
        named = np.bincount(naming[:, 1], minlength=len(records))
        popularity = [record.popularity for record in records]
        return cls(
            popularity=np.log1p(np.array(popularity, dtype=np.float32)),
            named=np.log1p(named).astype(np.float32),
            naming=naming,
        )

    @classmethod
    def read(cls, folder: Path) -> "Signals":
        """Read what `write` wrote."""
        with np.load(folder / "signals.npz") as file:
            return cls(**{name: file[name] for name in file.files})

    def write(self, folder: Path) -> None:
        """Write the signals of an index."""
        np.savez(folder / "signals.npz", **vars(self))

    @property
    def prior(self) -> dict[str, Array]:
        """The signals that are the same whatever the demand is."""
        return {"popularity": self.popularity, "named": self.named}

    def votes(self, cosines: Array) -> Array:
        """Return for each record how close those that name it are to the demand, from 0 to 3.

        Args:
            cosines: cosine of the demand with each record; one of -inf has no vote.
        """
        weights = np.exp(_SHARPNESS * (cosines - cosines.max()))
        shares = weights[self.naming[:, 0]] / (float(weights.sum()) or 1.0)
        received = np.bincount(self.naming[:, 1], shares, minlength=len(cosines))
        votes: Array = np.log1p(_SCALE * received.astype(np.float32))
        return votes
