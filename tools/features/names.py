"""Family of names: what the names of columns say of their units and of what belongs together."""

import re
from itertools import combinations

import numpy as np

from ..operations.feature_base import AddFeature, numbers
from ..operations.feature_numeric import AddRowStatistic, AddTriple, RowStatistic
from ..operations.feature_places import AddDistance
from .base import Candidate, Columns, Family, Training, fixed

MIN_BLOCK = 3
MAX_BLOCKS = 8
BLOCK_STATISTICS: tuple[RowStatistic, ...] = ("sum", "mean", "spread", "smallest", "largest")
_SPLIT = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])|(?<=[a-zA-Z])(?=\d)")
_LATITUDE = {"lat", "latitude"}
_LONGITUDE = {"lon", "lng", "long", "longitude"}
_WEIGHT = {"weight", "mass", "wt"}
_HEIGHT = {"height", "stature", "ht"}
_SIDES = ({"length", "x", "l"}, {"width", "y", "w", "breadth"}, {"height", "depth", "z", "h"})


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return distances between coordinates, body mass, volumes, and statistics over blocks."""
    return [
        *_distances(columns.numbers),
        *_body_mass(columns.numbers),
        *_volumes(columns.numbers),
        *_blocks(columns.numbers),
    ]


def words_in(name: str) -> list[str]:
    """Return the words of a column's name in lower case: 'pickupLat_1' has pickup, lat and 1."""
    return [word.lower() for word in _SPLIT.split(name) if word]


def _distances(names: list[str]) -> list[Candidate]:
    places = []
    for latitude in names:
        rest = [w for w in words_in(latitude) if w not in _LATITUDE]
        if len(rest) == len(words_in(latitude)):
            continue
        places += [
            (latitude, longitude, "_".join(rest))
            for longitude in names
            if set(words_in(longitude)) & _LONGITUDE
            and [w for w in words_in(longitude) if w not in _LONGITUDE] == rest
        ]
    found = [_from_center(*place) for place in places]
    for (lat, lon, start), (to_lat, to_lon, end) in combinations(places, 2):
        operation = AddDistance(
            name=f"km_{start or lat}_to_{end or to_lat}",
            latitude=lat,
            longitude=lon,
            to_latitude=to_lat,
            to_longitude=to_lon,
        )
        found.append(fixed(operation, "names"))
    return found


def _from_center(latitude: str, longitude: str, place: str) -> Candidate:
    name = f"km_{place or latitude}_from_center"

    def fit(training: Training) -> list[AddFeature]:
        return [
            AddDistance(
                name=name,
                latitude=latitude,
                longitude=longitude,
                to_latitude=float(np.nanmedian(numbers(training.frame, latitude))),
                to_longitude=float(np.nanmedian(numbers(training.frame, longitude))),
            )
        ]

    return Candidate(f"names:{name}", "names", name, fit)


def _body_mass(names: list[str]) -> list[Candidate]:
    return [
        fixed(
            AddTriple(
                name=f"{weight}_per_{height}_squared",
                first=weight,
                second=height,
                third=height,
                how="density",
            ),
            "names",
        )
        for weight in names
        for height in names
        if _WEIGHT & set(words_in(weight)) and _HEIGHT & set(words_in(height))
    ]


def _volumes(names: list[str]) -> list[Candidate]:
    """Return length times width times height, where one column is named for each."""
    sides = [[n for n in names if side & set(words_in(n))] for side in _SIDES]
    if any(len(side) != 1 for side in sides) or len({side[0] for side in sides}) < 3:
        return []
    first, second, third = (side[0] for side in sides)
    name = f"volume_of_{first}_{second}_{third}"
    volume = AddTriple(name=name, first=first, second=second, third=third, how="product")
    return [fixed(volume, "names")]


def _blocks(names: list[str]) -> list[Candidate]:
    """Return statistics over columns whose names differ in one word only: 'q1', 'q2', 'q3'."""
    blocks: dict[str, list[str]] = {}
    for name in names:
        words = words_in(name)
        for place in {0, len(words) - 1} if len(words) > 1 else set():
            stem = " ".join([*words[:place], "*", *words[place + 1 :]])
            blocks.setdefault(stem, []).append(name)
    wide = [(stem, block) for stem, block in blocks.items() if len(block) >= MIN_BLOCK]
    return [
        fixed(
            AddRowStatistic(
                name=f"{how}_of_{stem.replace('*', '').strip().replace(' ', '_')}",
                columns=block,
                statistic=how,
            ),
            "names",
        )
        for stem, block in wide[:MAX_BLOCKS]
        if len(block) < len(names)
        for how in BLOCK_STATISTICS
    ]


FAMILY = Family("names", "Distances, densities and blocks guessed from names.", candidates)
