"""Synthetic tables that refer to each other, with a report of the quality of each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import ToolError
from .generate import MIN_ROWS, Mode
from .links import Link, find_links, parse_link
from .quality import HOLDOUT_SHARE, MAX_REPORT_ROWS, MIN_HOLDOUT, Quality, measure_quality
from .related import check_related, key_columns, make_related, parents_first

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class RelatedTables:
    """Synthetic tables, the links kept in them, and the quality of each."""

    frames: Tables
    links: list[Link]
    quality: dict[str, Quality | None]


def synthesize_tables(
    tables: Mapping[str, pd.DataFrame],
    times: float = 1.0,
    *,
    links: Iterable[str] | None = None,
    mode: Mode = "fidelity",
    seed: int = 0,
    report: Callable[..., None] | None = None,
) -> RelatedTables:
    """Make `times` as many rows as the real tables have, and measure rows made the same way.

    Args:
        tables: the real tables by name.
        times: rows to make for each real one, in tables that refer to no other.
        links: as `orders.customer=customers.id`; found in names and values by default.
        mode: "fidelity" or "private".
        seed: seed of every draw.
        report: told how far it is.

    Raises:
        ToolError: no number of rows, a link that does not fit, or a table that is too small.
    """
    if not tables or times <= 0:
        raise ToolError("Give tables, and say how many times as many rows to make, e.g. 1.")
    used = find_links(tables) if links is None else [parse_link(text) for text in links]
    quality = report_related(tables, used, mode=mode, seed=seed, report=report)
    counts = {name: max(1, round(times * len(frame))) for name, frame in tables.items()}
    return RelatedTables(make_related(tables, used, counts, seed=seed, mode=mode), used, quality)


def report_related(
    tables: Mapping[str, pd.DataFrame],
    links: Sequence[Link],
    *,
    mode: Mode = "fidelity",
    seed: int = 0,
    report: Callable[..., None] | None = None,
) -> dict[str, Quality | None]:
    """Split the tables, make as many rows as the first part from it, and measure each table.

    Tables without a parent are split by row, 30 % held out, and every other one with the rows
    it refers to, so that no family is on both sides. Keys are left out of the measures.

    Returns:
        A report for each table; None where it holds nothing but keys or too few rows to measure.

    Raises:
        ToolError: as `make_related`.
    """
    tell = report or (lambda message, share=None: None)
    check_related(tables, links, {name: len(frame) for name, frame in tables.items()})
    tell("Making trial tables from a part of the rows", 0.1)
    train, holdout = _split(tables, links, seed)
    children = {link.child for link in links}
    counts = {name: len(train[name]) for name in tables if name not in children}
    made = make_related(train, links, counts, seed=seed, mode=mode)
    found: dict[str, Quality | None] = {}
    for place, name in enumerate(tables):
        tell(f"Measuring {name}", 0.2 + 0.8 * place / len(tables))
        keys = key_columns(links, name)
        learned, unseen, rows = (part[name].drop(columns=keys) for part in (train, holdout, made))
        enough = min(len(learned), len(rows)) >= MIN_ROWS and len(unseen) >= MIN_HOLDOUT
        measurable = enough and learned.shape[1] > 0
        found[name] = (
            measure_quality(learned, unseen, rows, mode=mode, seed=seed) if measurable else None
        )
    return found


def _split(
    tables: Mapping[str, pd.DataFrame], links: Sequence[Link], seed: int
) -> tuple[Tables, Tables]:
    """Return the tables to learn from and the held-out ones, in the order of `tables`.

    A table too small to give up rows is learned from whole.
    """
    rng = np.random.default_rng(seed)
    used = min(1.0, MAX_REPORT_ROWS / max(map(len, tables.values())))
    train: Tables = {}
    holdout: Tables = {}
    for name in parents_first(tables, links):
        frame = tables[name]
        first = next((link for link in links if link.child == name), None)
        if first is None:
            draw = rng.uniform(size=len(frame))
            can_spare = len(frame) * (1 - HOLDOUT_SHARE) >= MIN_ROWS
            held = (draw < used * HOLDOUT_SHARE) & can_spare
            learned = (draw < used) & ~held
        else:
            learned, held = (
                frame[first.column].isin(set(part[first.parent][first.key])).to_numpy()
                for part in (train, holdout)
            )
        train[name] = frame[learned].reset_index(drop=True)
        holdout[name] = frame[held].reset_index(drop=True)
    return train, holdout
