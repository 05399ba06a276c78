"""Columns of Python objects, given the type of their cells."""

import pandas as pd


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give columns the type of their cells, in place; whole numbers with gaps stay whole."""
    for column in frame.columns:
        kind = pd.api.types.infer_dtype(frame[column], skipna=True)
        gaps = bool(frame[column].isna().any())
        try:
            if kind == "integer" and gaps:
                frame[column] = frame[column].astype("Int64")
            elif kind == "boolean" and gaps:
                frame[column] = frame[column].astype("boolean")
        except OverflowError:
            continue  # whole numbers beyond 64 bits stay as they are
    return frame.infer_objects()
