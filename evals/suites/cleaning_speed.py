"""Suite `cleaning-speed`: what profile and proposals cost on a long table.

The table has 20 columns of mixed types (a million rows, or `--limit`), some of them with faults.
Cost is CPU time as a multiple of what pandas takes for `duplicated`, `describe` and `nunique`, and
peak memory as a multiple of the table's own. Each is measured in a process of its own.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...settings import Settings
from ..suite import Outcome, Report, Suite

ROWS = 1_000_000
SEED = 0
TOWNS = 500


def run(data: Path, *, limit: int | None, settings: Settings, report: Report) -> Outcome:
    """Measure on a table of ROWS rows, or of `limit`."""
    rows = limit or ROWS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        report(f"Making {rows:,} rows", 0.0)
        mixed_table(rows).to_parquet(path)
        # Spawned, so that each begins without what the other left in memory.
        with ProcessPoolExecutor(
            1, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1
        ) as pool:
            report("Measuring pandas", 0.2)
            base = pool.submit(_measure_pandas, path).result()
            report("Measuring profile and proposals", 0.4)
            ours = pool.submit(_measure_cleaning, path).result()
    times = (ours["profile_seconds"] + ours["propose_seconds"]) / base["seconds"]
    summary = {
        "rows": rows,
        "columns": ours["columns"],
        "table_megabytes": ours["table"] / 1e6,
        "pandas_cpu_seconds": base["seconds"],
        "profile_cpu_seconds": ours["profile_seconds"],
        "propose_cpu_seconds": ours["propose_seconds"],
        "times_pandas": times,
        "peak_memory_megabytes": ours["peak"] / 1e6,
        "times_table_memory": ours["peak"] / ours["table"],
        "groups": len(ours["groups"]),
    }
    return Outcome(summary=summary, cases=ours["groups"])


def mixed_table(rows: int, seed: int = SEED) -> pd.DataFrame:
    """Return 20 columns: 5 of decimals, 4 whole, 5 of words, code, money, text, 2 dates, yes or no.

    One column each has gaps, spaces, other case, slips and a second format of dates.
    """
    random = np.random.default_rng(seed)
    towns = np.array([f"{a}{b}" for a in _PARTS for b in _ENDS])[:TOWNS]
    days = pd.Timestamp("1990-01-01") + pd.to_timedelta(random.integers(0, 12_000, rows), "D")
    frame: dict[str, Any] = {f"decimal_{i}": random.normal(size=rows) for i in range(5)}
    frame |= {f"whole_{i}": random.integers(0, 10 ** (i + 1), rows) for i in range(4)}
    frame |= {f"town_{n}": towns[random.integers(0, n, rows)] for n in (5, 20, 100, 400)}
    frame["code"] = np.char.add("A", random.permutation(rows).astype(str))
    frame["money"] = [f"${value:,.2f}" for value in random.lognormal(8, 1, rows)]
    first, second = (towns[random.integers(0, TOWNS, rows)] for _ in range(2))
    frame["text"] = np.char.add(np.char.add(first, " near "), second)
    frame["day"] = days.strftime("%Y-%m-%d")
    frame["flag"] = np.array(["yes", "no"])[random.integers(0, 2, rows)]
    frame["at"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 10**8, rows), "s")
    frame["town_spaces"] = np.where(_some(random, rows), np.char.add(" ", first), first)
    table = pd.DataFrame(frame)
    table = table.astype(dict.fromkeys(table.select_dtypes(["object", "str"]), "str"))
    table["decimal_0"] = table["decimal_0"].mask(_some(random, rows))
    table["town_20"] = table["town_20"].mask(_some(random, rows), table["town_20"].str.upper())
    table["town_100"] = table["town_100"].mask(_some(random, rows), table["town_100"].str[1:])
    other = pd.to_datetime(table["day"]).dt.strftime("%d %B %Y").astype("str")
    table["day"] = table["day"].mask(_some(random, rows), other)
    return table


_PARTS = tuple(f"{a}{b}" for a in ("Ash", "Bro", "Car", "Dun", "Eas") for b in "aeiouwy")
_ENDS = tuple(f"{a}{b}" for a in ("ford", "ville", "mouth", "bury") for b in ("", "s", "en", "ton"))


def _some(random: np.random.Generator, rows: int) -> Any:
    return random.random(rows) < 0.01


def _measure_pandas(path: Path) -> dict[str, Any]:
    frame = pd.read_parquet(path)
    began = time.process_time()
    frame.duplicated().sum()
    frame.describe()
    frame.nunique()
    return {"seconds": time.process_time() - began}


def _measure_cleaning(path: Path) -> dict[str, Any]:
    from ...tools.clean import propose_cleaning
    from ...tools.profile import profile_frame

    frame = pd.read_parquet(path)
    before, began = _resident(), time.process_time()
    profile_frame(frame)
    between = time.process_time()
    proposal = propose_cleaning(frame)
    ended = time.process_time()
    return {
        "columns": frame.shape[1],
        "table": int(frame.memory_usage(deep=True).sum()),
        "profile_seconds": between - began,
        "propose_seconds": ended - between,
        "peak": _peak() - before,
        "groups": [
            {"id": g.id, "affected": g.affected, "recommended": g.recommended}
            for g in proposal.groups
        ],
    }


def _resident() -> int:
    """Return the memory the process holds now, in bytes; its peak where that cannot be read."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except FileNotFoundError:
        return _peak()
    return pages * resource.getpagesize()


def _peak() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


SUITE = Suite(
    name="cleaning-speed",
    about="What do profile and proposals cost on a million rows, beside pandas' own figures?",
    needs_data=False,
    run=run,
)
