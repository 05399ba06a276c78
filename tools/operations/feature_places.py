"""Operation that adds the distance between two places on the globe."""

import numpy as np
import pandas as pd

from .feature_base import AddFeature, Floats, numbers

EARTH_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""


class AddDistance(AddFeature):
    """Add the great-circle distance between two places, or from a row's place to a fixed one."""

    latitude: str
    longitude: str
    to_latitude: str | float
    to_longitude: str | float

    def inputs(self) -> list[str]:
        """Return the columns of the coordinates."""
        given = [self.latitude, self.longitude, self.to_latitude, self.to_longitude]
        return [column for column in given if isinstance(column, str)]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return kilometers (haversine formula); missing where a coordinate is."""
        given = (self.latitude, self.longitude, self.to_latitude, self.to_longitude)
        rad = [
            np.radians(numbers(frame, c) if isinstance(c, str) else np.full(len(frame), c))
            for c in given
        ]
        half = np.sin((rad[2] - rad[0]) / 2) ** 2
        half += np.cos(rad[0]) * np.cos(rad[2]) * np.sin((rad[3] - rad[1]) / 2) ** 2
        return {self.name: 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))}

    def formula(self) -> str:
        """Say from where to where."""
        end = [
            repr(c) if isinstance(c, str) else f"{c:.3f}"
            for c in (self.to_latitude, self.to_longitude)
        ]
        return (
            f"kilometers from ({self.latitude!r}, {self.longitude!r}) to ({end[0]}, {end[1]}) "
            "along the globe"
        )
