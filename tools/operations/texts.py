"""What operations on text columns share: another column, such as one of numbers, stays as it is."""

from collections.abc import Callable

import pandas as pd
from pandas.api import types

from .base import need_columns, with_columns


def change_text(
    frame: pd.DataFrame, column: str, change: Callable[[pd.Series], pd.Series]
) -> pd.DataFrame:
    """Return the frame with a text column changed; a column that holds no text stays.

    Raises:
        ToolError: the frame has no such column.
    """
    need_columns(frame, [column])
    texts = frame[column]
    if not types.is_string_dtype(texts.dtype):
        return frame
    return with_columns(frame, {column: change(texts)})


def change_values(
    frame: pd.DataFrame, column: str, change: Callable[[str], str | None]
) -> pd.DataFrame:
    """Return the frame with each distinct text of a column changed once; missing ones stay so.

    Raises:
        ToolError: the frame has no such column.
    """
    return change_text(frame, column, lambda texts: _mapped(texts, change))


def _mapped(texts: pd.Series, change: Callable[[str], str | None]) -> pd.Series:
    changed = {text: change(text) for text in texts.dropna().unique()}
    return texts.map(changed, na_action="ignore").astype(texts.dtype)
