"""What an audit is given, and how it proposes to drop rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

from ...settings import Settings
from ..operations.listed import DropListed, keys_of
from ..proposals import MAX_EXAMPLES, Example, Group, propose_group, shown

SENTENCE_WORDS = 4
SAMPLE = 1_000
ENCODED = 5_000
DIMENSIONS = 256

Matrix = npt.NDArray[np.float32]
Report = Callable[..., None]


@dataclass(frozen=True)
class Audited:
    """A frame to look at, the column to be predicted, and what else an audit may need."""

    frame: pd.DataFrame
    target: str | None
    settings: Settings
    report: Report = lambda message, share=None: None
    notes: list[str] = field(default_factory=list)

    @cached_property
    def text_column(self) -> str | None:
        """The column of the longest texts, where there is one of sentences."""
        lengths = {}
        for name in self.frame.columns:
            column = self.frame[name]
            if name != self.target and is_text(column):
                words = column.dropna().head(SAMPLE).str.count(r"\S+").mean()
                lengths[str(name)] = float(np.nan_to_num(words))
        longest = max(lengths, key=lambda name: lengths[name], default=None)
        return longest if longest and lengths[longest] >= SENTENCE_WORDS else None

    @cached_property
    def texts(self) -> list[str]:
        """The cells of the text column, empty where missing."""
        assert self.text_column is not None
        return self.frame[self.text_column].fillna("").astype(str).tolist()

    @cached_property
    def vectors(self) -> Matrix:
        """Unit vectors of the texts: of the encoder for a few thousand, else of their words."""
        if len(self.frame) <= ENCODED:
            from ...retrieval.encoder import Encoder

            return Encoder(self.settings).encode(self.texts, self.report)
        return _word_vectors(self.texts, self.settings.seed)

    @cached_property
    def numbers(self) -> Matrix:
        """The columns other than the target as standardized numbers, 0 where missing."""
        from ..encoder import FrameEncoder

        features = self.frame.drop(columns=[self.target] if self.target else [])
        values = FrameEncoder().fit(features).transform(features)
        spread = np.nanstd(values, axis=0, where=~np.isnan(values))
        standard = (values - np.nanmean(values, axis=0)) / np.where(spread > 0, spread, 1)
        return np.asarray(np.nan_to_num(standard), dtype=np.float32)


def is_text(column: pd.Series) -> bool:
    """Tell whether cells are text; cells of any kind, such as lists, are not."""
    return types.is_string_dtype(column.dtype) and not types.is_object_dtype(column.dtype)


def _word_vectors(texts: list[str], seed: int) -> Matrix:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(sublinear_tf=True, min_df=2, dtype=np.float32).fit_transform(texts)
    size = min(DIMENSIONS, words.shape[1] - 1)
    vectors = TruncatedSVD(size, random_state=seed).fit_transform(words)
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))


def drop_group(
    audited: Audited,
    rows: Sequence[int],
    *,
    group_id: str,
    title: str,
    rule: str,
    evidence: str,
    reason: str,
    column: str | None = None,
    facts: dict[str, Any] | None = None,
) -> list[Group]:
    """Return the group that drops rows, the most telling first; none where there are none.

    Args:
        audited: the frame.
        rows: places of the rows, in the order in which examples are taken.
        group_id: id of the group.
        title: title of the group.
        rule: the rule in words.
        evidence: what was measured.
        reason: what the rows are, for the recipe.
        column: the column an example shows; the whole row by default.
        facts: the measurements as plain JSON.
    """
    if not rows:
        return []
    frame = audited.frame
    columns = [str(name) for name in frame.columns]
    keys = sorted({int(key) for key in keys_of(frame, columns).iloc[list(rows)]})
    group = propose_group(
        frame,
        [DropListed(columns=columns, keys=keys, reason=reason)],
        group_id=group_id,
        title=title,
        rule=rule,
        evidence=evidence,
        recommended=False,
        facts=facts,
    )
    if group is None:
        return []
    examples = [
        Example(row=int(row), column=column, before=_cell(frame, int(row), column))
        for row in list(rows)[:MAX_EXAMPLES]
    ]
    return [group.model_copy(update={"examples": examples})]


def _cell(frame: pd.DataFrame, row: int, column: str | None) -> str | None:
    if column is not None:
        return shown(frame[column].iloc[row])
    return shown(" | ".join(str(value) for value in frame.iloc[row].dropna()))
