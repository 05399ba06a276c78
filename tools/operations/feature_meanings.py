"""Operation that adds what texts mean: main directions of their sentence embeddings."""

import numpy as np
import pandas as pd

from ...errors import ToolError
from ...retrieval.encoder import Encoder
from ...settings import Settings
from .feature_base import AddFeature, Floats
from .feature_texts import texts

TOKENS = 64
DECIMALS = 2
"""Vectors of a text differ in the fourth decimal with the texts encoded beside it."""


class AddMeanings(AddFeature):
    """Add where a text lies along the main directions of its column's sentence embeddings.

    The vectors are of length 1, from the encoder that `DATAQUARRY_ENCODER` names; the directions
    are those of a principal component analysis of the training rows.
    """

    column: str
    encoder: str
    center: list[float]
    axes: list[list[float]]

    def inputs(self) -> list[str]:
        """Return the text's column."""
        return [self.column]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return one column per direction; missing where there is no text.

        Raises:
            ToolError: another encoder is set than the one it was fitted with.
        """
        found = sentence_vectors(texts(frame, self.column), self.encoder)
        along = np.round((found - np.array(self.center)) @ np.array(self.axes).T, DECIMALS)
        return {f"{self.name}_{place + 1}": column for place, column in enumerate(along.T)}

    def formula(self) -> str:
        """Say what the directions are made of."""
        return (
            f"{len(self.axes)} main directions of what {self.column!r} means "
            f"(sentence embeddings of {self.encoder}, principal components)"
        )


def encoder_identity() -> str:
    """Return the name and version of the encoder that is set."""
    return Encoder(Settings()).identity


def sentence_vectors(found: list[str], identity: str) -> Floats:
    """Return one vector per text, NaN where it is empty; shape (texts, dimensions).

    Raises:
        ToolError: another encoder is set than `identity`.
    """
    encoder = Encoder(Settings())
    if encoder.identity != identity:
        raise ToolError(
            f"The feature was fitted with the encoder {identity}, and {encoder.identity} is set. "
            "Set DATAQUARRY_ENCODER."
        )
    there = np.array([bool(text.strip()) for text in found], dtype=bool)
    written = [text for text, is_there in zip(found, there, strict=True) if is_there]
    if not written:
        return np.full((len(found), 1), np.nan)
    known = encoder.encode(written, tokens=TOKENS)
    vectors: Floats = np.full((len(found), known.shape[1]), np.nan)
    vectors[there] = known
    return vectors
