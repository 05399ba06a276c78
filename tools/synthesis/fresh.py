"""Fresh values for columns that tell rows apart: no new row may bear the id of a real one."""

import re
import uuid

import numpy as np
import pandas as pd
from pandas.api import types

_NUMBERED = re.compile(r"^(.*?)(\d+)$", re.DOTALL)
_UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)


def fresh_ids(real: pd.Series, count: int, seed: int) -> pd.Series:
    """Return `count` ids that the real column does not hold, in its dtype and its manner.

    Numbers go on after the greatest, "A007" goes on with "A008", UUIDs are drawn anew, and
    anything else becomes "synthetic-1", "synthetic-2" and so on.
    """
    present = real.dropna()
    if types.is_integer_dtype(real.dtype):
        first = int(present.max()) + 1
        return pd.Series(np.arange(first, first + count)).astype(real.dtype)
    known = present.astype(str)
    if known.map(lambda v: bool(_UUID.match(v))).all():
        rng = np.random.default_rng(seed)
        made = [str(uuid.UUID(bytes=rng.bytes(16), version=4)) for _ in range(count)]
    else:
        made = _numbered(known, count)
    values = pd.Series(made, dtype=object)
    return values.astype("str" if isinstance(real.dtype, pd.CategoricalDtype) else real.dtype)


def _numbered(known: pd.Series, count: int) -> list[str]:
    """Go on counting after the last number of the most frequent prefix, else start one."""
    matches = [match for match in map(_NUMBERED.match, known) if match]
    if len(matches) < len(known):
        taken = set(known)
        names = (f"synthetic-{n}" for n in range(1, count + len(taken) + 1))
        return [name for name in names if name not in taken][:count]
    prefix = pd.Series([match[1] for match in matches]).mode().iloc[0]
    numbers = [match[2] for match in matches if match[1] == prefix]
    width, last = min(map(len, numbers)), max(map(int, numbers))
    return [f"{prefix}{number:0{width}d}" for number in range(last + 1, last + 1 + count)]
