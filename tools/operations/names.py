"""Operation that takes names of people and places out of texts."""

import pandas as pd

from ..named_people import NameKind, find_names
from .base import Operation
from .texts import change_text


class MaskNames(Operation):
    """Replace names in a text column by the name of their kind, such as [PERSON].

    Needs presidio and the same spaCy model each time; another version of it may see other names.
    """

    column: str
    kinds: list[NameKind]
    model: str

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the names masked; a column that is no text stays.

        Raises:
            MissingExtra: the extra "presidio" is not installed.
            ToolError: the spaCy model is not installed.
        """
        return change_text(frame, self.column, self._masked)

    def _masked(self, texts: pd.Series) -> pd.Series:
        cells = [str(text) for text in texts.dropna().unique()]
        masked = {}
        for cell, places in zip(cells, find_names(cells, self.model), strict=True):
            text = cell
            for start, end, kind in reversed(places):
                if kind in self.kinds:
                    text = f"{text[:start]}[{kind.upper()}]{text[end:]}"
            masked[cell] = text
        return texts.map(masked, na_action="ignore").astype(texts.dtype)

    def sentence(self) -> str:
        """Say what is masked."""
        return f"Mask names ({', '.join(self.kinds)}) in {self.column!r}, found by {self.model}."
