"""Suite `retrieval-speed`: how long a search takes, on the default catalog and at scale.

The searches are whole ones: the query is encoded, every part of the score is measured, and the
best candidates are judged with their reasons. Memory is that of a process that does nothing else.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import ToolError
from ...retrieval.index import DatasetIndex
from ...retrieval.understand import understand
from ...settings import Settings
from ..scale import latencies, make_index
from ..suite import Outcome, Report, Suite

SIZES = (100_000, 1_000_000)
_MODULE = "dataquarry.evals.scale"


def run(data: Path, *, limit: int | None, settings: Settings, report: Report) -> Outcome:
    """Measure the default catalog with the demands of the folder, then indexes of made-up records.

    `limit` bounds the number of made-up records.
    """
    index = DatasetIndex.open(settings)
    report("Searching the catalog", 0.0)
    default = latencies(index, [understand(text) for text in _demands(data)])
    cases: list[dict[str, Any]] = [
        {"id": "catalog", "records": index.info().records, "unfiltered": default}
    ]
    vectors = index.vectors(range(index.info().records))
    for place, size in enumerate(SIZES):
        if limit is None or size <= limit:
            report(f"Making {size:,} records", (1 + place) / (1 + len(SIZES)))
            cases.append({"id": f"{size:,} records", **_at_scale(size, vectors, index, settings)})
    return Outcome(summary=_summary(cases), cases=cases)


def _demands(data: Path) -> list[str]:
    try:
        lines = (data / "demands.jsonl").read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ToolError(f"{data} holds no demands.jsonl.") from error
    return [json.loads(line)["demand"] for line in lines if line.strip()]


def _at_scale(
    size: int, centers: np.typing.NDArray[np.float32], index: DatasetIndex, settings: Settings
) -> dict[str, Any]:
    settings.home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.home) as name:
        make_index(Path(name), size, centers, index.info())
        done = subprocess.run(
            [sys.executable, "-m", _MODULE, name], stdout=subprocess.PIPE, text=True, check=True
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _summary(cases: list[dict[str, Any]]) -> dict[str, Any]:
    summary: dict[str, Any] = {}
    for case in cases:
        name = case["id"]
        summary[name] = {key: case["unfiltered"][key] for key in ("p50_ms", "cpu_p50_ms")}
        if "filtered" in case:
            summary[name] |= {
                "p50_filtered_ms": case["filtered"]["p50_ms"],
                "cpu_p50_filtered_ms": case["filtered"]["cpu_p50_ms"],
                "recall@10": case["recall_unfiltered"],
                "recall@10_filtered": case["recall_filtered"],
                "memory_gb": round(case["memory"] / 1e9, 2),
            }
    return summary


SUITE = Suite(
    name="retrieval-speed",
    about="Latency of whole searches on the default catalog, with 100,000 and 1,000,000 records; "
    "recall against exact search, and memory.",
    needs_data=True,
    run=run,
    default="demands",
)
