"""The tools as plain functions on a DataFrame, for use without a run."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from .errors import ToolError
from .retrieval.demand import Demand
from .retrieval.records import SearchResult
from .settings import Settings
from .tools.proposals import Decision, Proposal, apply_groups, approve, approve_recommended

if TYPE_CHECKING:
    from .tools.features.relational import Joined
    from .tools.profile import Profile

CALLER = "api"


def search(demand: str | Demand, k: int = 10, *, settings: Settings | None = None) -> SearchResult:
    """Find datasets that serve a demand.

    Args:
        demand: what is wanted, in plain words or parsed.
        k: how many hits.
        settings: where the index is; read from the environment by default.

    Raises:
        ToolError: the demand is empty, or there is no index yet.
    """
    from .retrieval.index import DatasetIndex

    return DatasetIndex.open(settings or Settings()).search(demand, k)


def profile(frame: pd.DataFrame, target: str | None = None) -> "Profile":
    """Measure types, missing values, duplicates and distributions of a frame."""
    from .tools.profile import profile_frame

    return profile_frame(frame, target)


def propose_cleaning(frame: pd.DataFrame, target: str | None = None) -> Proposal:
    """Propose repairs for the faults of a frame, in groups."""
    from .tools.clean import propose_cleaning

    return propose_cleaning(frame, target)


def propose_features(frame: pd.DataFrame, target: str, *, seed: int = 0) -> Proposal:
    """Propose features that help to predict a column, kept by cross-validation.

    Raises:
        ToolError: there is no such column.
        NotApplicable: it cannot be predicted from this table.
    """
    from .tools.features.propose import propose_features

    return propose_features(frame, target, seed=seed)


def join_tables(
    main: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    target: str,
    *,
    cutoff: str | None = None,
    known: str | None = None,
) -> "Joined":
    """Find how other tables belong to one, and add what was known of each row by its cut-off.

    Args:
        main: one row per thing to predict.
        tables: the other tables by name.
        target: the column to predict.
        cutoff: the column of the moment at which a row's prediction is due.
        known: the column of the moment at which a row's target was known.

    Returns:
        `frame` with the new columns; `joins`, `children` and `aggregates` say how they came
        about, `refused` and `flagged` which columns leak the target, each with its reason.

    Raises:
        ToolError: a column is missing, or `cutoff` or `known` holds no moments.
        NotApplicable: fewer than two values of the target are known.
    """
    from .tools.features.relational import join_tables

    return join_tables(main, tables, target, cutoff=cutoff, known=known)


def propose_synthesis(frame: pd.DataFrame, rows: int, *, seed: int = 0) -> Proposal:
    """Propose synthetic rows that bring a frame to a number of rows, with their quality.

    Raises:
        NotApplicable: the frame has enough rows, or too few to learn from.
    """
    from .tools.synthesis import propose_synthesis

    return propose_synthesis(frame, rows, seed=seed)


def apply(
    frame: pd.DataFrame, proposal: Proposal, decision: Decision | Iterable[str] | None = None
) -> pd.DataFrame:
    """Return the frame after what is approved of a proposal; the frame itself stays as it is.

    Args:
        frame: the frame that the proposal was made for.
        proposal: what would be changed.
        decision: a Decision, or the ids of the groups to apply; by default what is recommended.

    Raises:
        ToolError: the decision names a group that the proposal does not have.
    """
    if decision is None:
        decision = approve_recommended(proposal, by=CALLER)
    elif isinstance(decision, str):
        raise ToolError("Give a list of group ids, not one text.")
    elif not isinstance(decision, Decision):
        decision = approve([proposal.group(name) for name in decision], by=CALLER)
    return apply_groups(frame, proposal, decision)
