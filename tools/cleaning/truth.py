"""Truth values that are written in several ways."""

from ..operations.values import ReplaceValues
from ..proposals import Group
from .base import View, fault

TRUE = frozenset({"true", "yes", "y", "t", "1", "on"})
FALSE = frozenset({"false", "no", "n", "f", "0", "off"})


def mixed_truth_values(view: View) -> list[Group]:
    """Find columns of yes and no in which both are written in more than one way."""
    groups = []
    for column in view.texts():
        counts = view.values(column)
        words = [str(value).strip().lower() for value in counts.index]
        pair = _usual(words) if column != view.target and len(counts) > 2 else None
        if pair is None:
            continue
        written = {side: str(counts.index[words.index(word)]) for side, word in pair.items()}
        mapping = {
            str(value): written[side]
            for value, word in zip(counts.index, words, strict=True)
            if str(value) != written[side := word in TRUE]
        }
        groups += fault(
            view,
            [ReplaceValues(column=column, mapping=dict(mapping))],
            group_id=f"truth:{column}",
            title=f"Write {column} as {written[True]} and {written[False]} throughout",
            rule="Words for true and false are written as most are in their column.",
            evidence=f"All {len(counts)} different values mean true or false.",
            recommended=False,
        )
    return groups


def _usual(words: list[str]) -> dict[bool, str] | None:
    """Return the most frequent word of each side, None where some word is of neither."""
    if not set(words) <= TRUE | FALSE:
        return None
    sides = {side: next((w for w in words if (w in TRUE) is side), None) for side in (True, False)}
    return {side: word for side, word in sides.items() if word} if all(sides.values()) else None
