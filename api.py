"""The tools as plain functions on a DataFrame, for use without a run."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .errors import ToolError
from .retrieval.demand import Demand, LicenseNeed
from .retrieval.records import Hit, SearchResult
from .settings import Settings
from .tools.proposals import Decision, Proposal, apply_groups, approve, approve_recommended

if TYPE_CHECKING:
    from .agent.model import ChatModel
    from .retrieval.papers import DatasetMention
    from .tools.audit import What
    from .tools.compare import Comparison
    from .tools.features.relational import Joined
    from .tools.profile import Profile
    from .tools.synthesis.generate import Mode
    from .tools.synthesis.related_quality import RelatedTables

CALLER = "api"


def search(
    demand: str | Demand,
    k: int = 10,
    *,
    settings: Settings | None = None,
    model: "ChatModel | None" = None,
) -> SearchResult:
    """Find datasets that serve a demand, in the index and in the live sources switched on.

    Args:
        demand: what is wanted, in plain words or parsed.
        k: how many hits.
        settings: where the index is; read from the environment by default.
        model: a language model that reduces the demand to its subject and orders the hits; without
            one, that of the settings where `model_search` is on.

    Raises:
        ToolError: the demand is empty, or there is no index yet.
    """
    from .agent.alone import search_alone

    return search_alone(demand, settings or Settings(), k, model)


def similar(
    dataset: str,
    k: int = 10,
    license_need: LicenseNeed = "any",
    *,
    settings: Settings | None = None,
) -> list[Hit]:
    """Find the datasets most like one of the catalog.

    Args:
        dataset: id of the dataset.
        k: how many hits.
        license_need: what the license of a hit must allow: "any", "stated", "commercial", "open".
        settings: where the index is; read from the environment by default.

    Raises:
        ToolError: there is no such dataset, or there is no index yet.
    """
    from .retrieval.index import DatasetIndex
    from .retrieval.similar import similar_records

    return similar_records(DatasetIndex.open(settings or Settings()), dataset, k, license_need)


def compare(
    *datasets: str, settings: Settings | None = None, report: Callable[..., None] | None = None
) -> "Comparison":
    """Compare two or more datasets of the catalog: columns, size, license, content.

    Args:
        datasets: their ids.
        settings: where the index is; read from the environment by default.
        report: told the progress.

    Raises:
        ToolError: there is no such dataset, two are the same, or one cannot be read.
    """
    from .tools.base import Work
    from .tools.compare import compare_datasets

    work = Work(settings=settings or Settings(), demand=Demand(text=""))
    work.report = report or work.report
    return compare_datasets(work, datasets)


def mentions(paper: str | Path, *, settings: Settings | None = None) -> "list[DatasetMention]":
    """Find the datasets that a paper uses, each with the records of the catalog of its name.

    Args:
        paper: path of a PDF or of a text file.
        settings: where the index is; read from the environment by default.

    Raises:
        ToolError: the file cannot be read, or there is no index yet.
        MissingExtra: it is a PDF, and the extra "pdf" is not installed.
    """
    from .retrieval.index import DatasetIndex
    from .retrieval.papers import find_mentions, read_paper

    text = read_paper(Path(paper).expanduser())
    return find_mentions(text, DatasetIndex.open(settings or Settings()).records())


def profile(frame: pd.DataFrame, target: str | None = None) -> "Profile":
    """Measure types, missing values, duplicates and distributions of a frame."""
    from .tools.profile import profile_frame

    return profile_frame(frame, target)


def propose_cleaning(frame: pd.DataFrame, target: str | None = None) -> Proposal:
    """Propose repairs for the faults of a frame, in groups."""
    from .tools.clean import propose_cleaning

    return propose_cleaning(frame, target)


def propose_written_repairs(
    frame: pd.DataFrame,
    target: str | None = None,
    *,
    about: str = "Rows that are to be right.",
    settings: Settings | None = None,
    model: "ChatModel | None" = None,
) -> Proposal:
    """Have a language model write a check and a repair for each text column, as code, once.

    The code runs in the sandbox over all cells; nothing of what it would change is recommended.

    Args:
        frame: the table.
        target: column to be predicted; it is left alone.
        about: what the rows are for, in plain words.
        settings: the model, and how many values it may see; read from the environment by default.
        model: the model, in place of that of the settings.

    Raises:
        ToolError: no sandbox works on this machine.
        NotApplicable: no model is set, or no column holds short texts.
    """
    from .agent.alone import work_alone
    from .tools.write_repairs import write_repairs

    work = work_alone(frame, settings or Settings(), model, about=about)
    work.target = target
    return write_repairs.propose(work, {})


def propose_links(left: pd.DataFrame, right: pd.DataFrame, other: str = "other") -> Proposal:
    """Propose what to do with the rows of two tables that stand for the same things.

    One of the groups can be applied to the left table: "link:join", "link:links", "link:union".

    Args:
        left: the table that is worked on.
        right: the other one; its columns may have other names.
        other: what the other one is called; it marks its columns.

    Raises:
        ToolError: a table is longer than rows can be compared.
        NotApplicable: the rows hold nothing to compare.
    """
    from .tools.link_tables import propose_links

    return propose_links(left, right, other)


def propose_audit(
    frame: pd.DataFrame,
    target: str | None = None,
    *,
    what: "list[What] | None" = None,
    settings: Settings | None = None,
) -> Proposal:
    """Propose what to do about copies, outliers, poor texts and wrong labels; takes its time.

    Args:
        frame: the table.
        target: column of classes whose labels are judged.
        what: "copies", "outliers", "texts", "labels", "names"; all but names by default.
        settings: the encoder, the seed and the spaCy model; read from the environment by default.

    Raises:
        ToolError: there is no such target, or presidio or its model is missing for "names".
    """
    from .tools.audit import propose_audit

    return propose_audit(frame, target, what=what, settings=settings)


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


def synthesize_tables(
    tables: Mapping[str, pd.DataFrame],
    times: float = 1.0,
    *,
    links: Iterable[str] | None = None,
    mode: "Mode" = "fidelity",
    seed: int = 0,
    report: Callable[..., None] | None = None,
) -> "RelatedTables":
    """Make synthetic tables that refer to each other as the real ones do.

    Args:
        tables: the real tables by name.
        times: how many times as many rows as the real tables have.
        links: which column holds keys of which, as `orders.customer=customers.id`; found in
            names and values by default.
        mode: "fidelity" or "private".
        seed: seed of every draw.
        report: told how far it is.

    Returns:
        `frames` by name; `links` that were kept; `quality` of each table, None where it holds
        nothing but keys or too few rows to measure.

    Raises:
        ToolError: a link does not fit, links go in a circle, or a table is too small.
    """
    from .tools.synthesis.related_quality import synthesize_tables

    return synthesize_tables(tables, times, links=links, mode=mode, seed=seed, report=report)


def propose_texts(
    rows: int,
    about: str,
    *,
    labels: Mapping[str, str] | Iterable[str] = (),
    frame: pd.DataFrame | None = None,
    settings: Settings | None = None,
    model: "ChatModel | None" = None,
    **arguments: Any,
) -> Proposal:
    """Propose texts that a language model writes: five of them, and what all will cost.

    Args:
        rows: how many to write.
        about: the task in plain words.
        labels: names of labels, or names with what they mean.
        frame: a table of real rows to write more like.
        settings: the model and its prices; read from the environment by default.
        model: the model, in place of that of the settings.
        arguments: further arguments of the tool `write_texts`, such as `kind` or `way`.

    Raises:
        ToolError: something that is needed is not said, or the model writes nothing of use.
        NotApplicable: the frame has no texts.
    """
    from .agent.alone import work_alone
    from .tools.textsynth.tool import write_texts

    named = dict(labels) if isinstance(labels, Mapping) else dict.fromkeys(labels, "")
    given = {"more": rows, "about": about, "labels": named, **arguments}
    return write_texts.propose(work_alone(frame, settings or Settings(), model), given)


def write_texts(
    proposal: Proposal,
    *,
    frame: pd.DataFrame | None = None,
    settings: Settings | None = None,
    model: "ChatModel | None" = None,
) -> tuple[pd.DataFrame, str]:
    """Write the texts of a proposal; return the frame with them and the report in words.

    Args:
        proposal: what `propose_texts` returned, with the same frame, settings and model.
        frame: the real rows; the texts are added to them.
        settings: as for the proposal.
        model: as for the proposal.

    Raises:
        ToolError: the model cannot be reached, or no row could be kept.
    """
    from .agent.alone import work_alone
    from .tools.textsynth.tool import apply_texts

    work = work_alone(frame, settings or Settings(), model)
    result = apply_texts(work, proposal, approve(proposal.groups, by=CALLER))
    return work.store.frame(work.store.get(result.table or "")), result.summary


def propose_selection(
    frame: pd.DataFrame,
    rows: int,
    method: str = "hierarchical",
    *,
    text: str | None = None,
    label: str | None = None,
    like: str | None = None,
    settings: Settings | None = None,
) -> Proposal:
    """Propose which rows to keep when only so many can be used.

    Args:
        frame: all rows.
        rows: how many to keep.
        method: how to choose, one of `dataquarry.tools.select.METHODS`.
        text: column of texts to compare rows by; found by default.
        label: column of labels, for methods that need one.
        like: text that describes what is wanted, for the method "similar".
        settings: names the encoder; read from the environment by default.

    Raises:
        ToolError: no such method or column, or the method needs what is not there.
    """
    from .tools.select_table import propose_selection

    return propose_selection(
        frame, rows, method, settings=settings or Settings(), text=text, label=label, like=like
    )


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
