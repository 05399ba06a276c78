"""Rows, years, licenses, modalities and languages of all records, to filter them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .constraints import LOOSE_MODALITIES, year_of
from .demand import Demand
from .licenses import unmet_license
from .records import License, Record

Mask = npt.NDArray[np.bool_]

_NEEDS = ("any", "stated", "commercial", "open")
_UNKNOWN = -1


@dataclass(frozen=True)
class Facets:
    """Facets by position; `labels` are "modality:<name>" and "language:<code>".

    Attributes:
        rows: number of rows, -1 where it is not known.
        years: year of the date, 0 where there is none.
        serves: whether the license serves each need, in the order of the needs.
        labels: names of the labels, sorted.
        edges: where the positions of each label begin in `places`, and where the last ones end.
        places: positions of the records of each label.
    """

    rows: npt.NDArray[np.int64]
    years: npt.NDArray[np.int32]
    serves: Mask
    labels: npt.NDArray[np.str_]
    edges: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]

    @classmethod
    def build(cls, records: Sequence[Record]) -> "Facets":
        """Read the facets of records."""
        rows = [_UNKNOWN if r.size.rows is None else r.size.rows for r in records]
        known: dict[str, list[bool]] = {}
        holders: dict[str, list[int]] = {}
        for place, record in enumerate(records):
            for label in _labels(record):
                holders.setdefault(label, []).append(place)
        labels = sorted(holders)
        counts = [len(holders[label]) for label in labels]
        return cls(
            rows=np.array(rows, dtype=np.int64),
            years=np.array([year_of(record) or 0 for record in records], dtype=np.int32),
            serves=np.array([_serves(r.license, known) for r in records], dtype=np.bool_),
            labels=np.array(labels, dtype=np.str_),
            edges=np.cumsum([0, *counts], dtype=np.int64),
            places=np.array([p for label in labels for p in holders[label]], dtype=np.int64),
        )

    @classmethod
    def read(cls, folder: Path) -> "Facets":
        """Read what `write` wrote."""
        with np.load(folder / "facets.npz") as file:
            return cls(**{name: file[name] for name in file.files})

    def write(self, folder: Path) -> None:
        """Write the facets of an index."""
        np.savez(folder / "facets.npz", **vars(self))

    def allowed(self, demand: Demand) -> Mask:
        """Tell which records break no constraint of a demand: those without `unmet`."""
        mask = self.serves[:, _NEEDS.index(demand.license)].copy()
        known = self.rows != _UNKNOWN
        if demand.min_rows is not None:
            mask &= ~known | (self.rows >= demand.min_rows)
        if demand.max_rows is not None:
            mask &= ~known | (self.rows <= demand.max_rows)
        if demand.min_year:
            mask &= (self.years == 0) | (self.years >= demand.min_year)
        if demand.max_year:
            mask &= self.years <= demand.max_year
        if demand.modality and demand.modality not in LOOSE_MODALITIES:
            mask &= self._holding("modality", demand.modality) | ~self._holding("modality", "")
        for code in demand.languages:
            mask &= self._holding("language", code) | ~self._holding("language", "")
        return mask

    def _holding(self, kind: str, name: str) -> Mask:
        """Tell which records have a label; with an empty name, which have any of its kind."""
        label = f"{kind}:{name}"
        place = int(np.searchsorted(self.labels, label))
        mask = np.zeros(len(self.rows), dtype=np.bool_)
        if place < len(self.labels) and self.labels[place] == label:
            mask[self.places[self.edges[place] : self.edges[place + 1]]] = True
        return mask


def _labels(record: Record) -> list[str]:
    """Return the labels of a record; the one without a name says that it has some."""
    found = []
    for kind, names in (("modality", record.modalities), ("language", record.languages)):
        found += [f"{kind}:{name}" for name in {"", *names}] if names else []
    return found


def _serves(license_: License, known: dict[str, list[bool]]) -> list[bool]:
    key = license_.model_dump_json()
    if key not in known:
        known[key] = [unmet_license(license_, need) is None for need in _NEEDS]  # type: ignore[arg-type]
    return known[key]
