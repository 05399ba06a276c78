"""Quality: how good each column is, and which findings do most harm."""

from collections.abc import Iterable

from .profiling.facts import Profile
from .proposals import Group

PREPARES = 0.5
"""Weight of a group that prepares right cells for use, beside one that says cells are wrong."""

UNTIDY = 0.1
"""Weight of a change of type: nothing is wrong or lost as it stands."""


def columns_of(group: Group) -> list[str]:
    """Return the columns that a group writes or drops, in order; none for groups of rows."""
    named = (
        operation.model_dump().get(field)
        for operation in group.operations
        for field in ("column", "other")
    )
    return list(dict.fromkeys(str(name) for name in named if name is not None))


def harm(group: Group, rows: int) -> float:
    """Return the share of rows a finding touches, less where what it touches is not wrong.

    A wrong cell counts in full, a gap or a repeated row a half, a mere type a tenth. From 0 to 1.
    """
    if group.unit == "columns":
        return UNTIDY
    share = min(1.0, group.affected / max(rows, 1))
    if group.facts.get("fault"):
        return share
    return share * (UNTIDY if group.id.startswith("type:") else PREPARES)


def by_harm(groups: Iterable[Group], rows: int) -> list[tuple[Group, float]]:
    """Return groups with their harm, the most harmful first."""
    return sorted(((group, harm(group, rows)) for group in groups), key=lambda pair: -pair[1])


def column_scores(profile: Profile, groups: Iterable[Group]) -> dict[str, float]:
    """Return for each column the share of cells, from 0 to 1, that are there and not in doubt.

    Of several groups that doubt cells of one column, which may be the same cells, the largest
    counts.

    Args:
        profile: of the table that the groups were proposed for.
        groups: the findings that still stand.
    """
    doubted: dict[str, float] = {}
    for group in groups:
        if not group.facts.get("fault"):
            continue
        for name in columns_of(group):
            doubted[name] = max(doubted.get(name, 0.0), harm(group, profile.rows))
    return {
        column.name: max(0.0, 1.0 - column.missing_share - doubted.get(column.name, 0.0))
        for column in profile.columns
    }
