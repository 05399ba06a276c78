"""Missing values: where they are, what filling them would cost, and rows without a target."""

from ..operations.rows import DropRowsMissing
from ..proposals import Group, propose_group
from .base import View
from .gaps import mechanism
from .imputing import best_fill

MOST_MISSING = 0.6


def missing_values(view: View) -> list[Group]:
    """Propose to fill a column by the way that errs least on known cells that are hidden.

    Not recommended: most learners take missing values as they are, and a filled one says less.
    """
    groups = []
    for column in map(str, view.frame.columns):
        share = float(view.frame[column].isna().mean())
        if column == view.target or not 0 < share <= MOST_MISSING:
            continue
        fill = best_fill(view.frame, column, view.target)
        if fill is None:
            continue
        hint = mechanism(view.frame, column)
        group = propose_group(
            view.frame,
            [fill.operation],
            group_id=f"missing:{column}",
            title=f"Fill missing {column} with {fill.words}",
            rule="A missing value is filled with what errs least where the value is known.",
            evidence=f"{share:.1%} are missing. {fill.evidence} {hint.words}",
            facts={"share": share, "error": fill.error, "at_random": hint.column is None},
            recommended=False,
        )
        groups += [group] if group else []
    return groups


def missing_target(view: View) -> list[Group]:
    """Propose to drop rows that do not say what is to be predicted."""
    if view.target not in view.frame.columns:
        return []
    target = str(view.target)
    group = propose_group(
        view.frame,
        [DropRowsMissing(column=target)],
        group_id=f"target:{target}",
        title=f"Drop rows without {target}",
        rule="A row that lacks what is to be predicted teaches and tests nothing.",
        evidence=f"{int(view.frame[target].isna().sum()):,} rows lack {target}.",
        recommended=True,
    )
    return [group] if group else []
