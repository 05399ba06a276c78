"""What the trials of the suite `robustness` share: a table with faults and a workspace."""

import time
from pathlib import Path

import numpy as np
import pandas as pd

from ..agent.copilot import Copilot
from ..agent.gates import Gate
from ..agent.planner import RulePlanner
from ..agent.run import ENDED, Run
from ..errors import ToolError
from ..settings import Settings

DEMAND = "Predict whether the order comes back"
TARGET = "returned"

SETTLE_SECONDS = 300.0
LOOK_SECONDS = 0.01


def faulty_frame(seed: int, rows: int = 120) -> pd.DataFrame:
    """Return a table with the faults that cleaning is for; every value depends on the seed."""
    draw = np.random.default_rng(seed)
    price = draw.gamma(2.0, 15.0, rows).round(2)
    size = draw.choice(["S", "M", "L", " m", "l"], rows)
    late = draw.random(rows) < 0.3
    frame = pd.DataFrame(
        {
            "order": [f"R{seed}-{n:04d}" for n in range(rows)],
            "price": np.where(draw.random(rows) < 0.08, np.nan, price),
            "size": size,
            "day": pd.date_range("2024-01-01", periods=rows, freq="7h").strftime("%Y-%m-%d"),
            "shop": f"shop {seed}",
            "late": np.where(late, "yes", "no"),
            TARGET: np.where(draw.random(rows) < 0.15 + 0.6 * late, 1, 0),
        }
    )
    return pd.concat([frame, frame.iloc[:4]], ignore_index=True)


def fresh(settings: Settings, home: Path) -> Copilot:
    """Return a copilot with the deterministic planner in a workspace of its own."""
    return Copilot(settings.model_copy(update={"home": home}), RulePlanner())


def settle(run: Run) -> Gate | None:
    """Wait until a run asks something, and return what; None where it has ended.

    Raises:
        ToolError: it does neither in time.
    """
    late = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < late:
        status, gate = run.status, run.gate()
        if status == "waiting" and gate is not None:
            return gate
        if status in ENDED:
            return None
        time.sleep(LOOK_SECONDS)
    raise ToolError(f"Run {run.id} came to no gate and no end within {SETTLE_SECONDS:.0f} s.")


def data_of(run: Run) -> str | None:
    """Return the hash of the bytes of a run's current table, None before one is loaded."""
    return run.table.data if run.table else None
