"""Events: the numbered, typed account of a run that every view is drawn from."""

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class EventType(StrEnum):
    """What can happen in a run. Views ignore types they do not know."""

    RUN_STARTED = "run_started"
    RUN_QUEUED = "run_queued"
    DEMAND_PARSED = "demand_parsed"
    PLAN_MADE = "plan_made"
    PLAN_CHANGED = "plan_changed"
    PLAN_KEPT = "plan_kept"
    GATE_OPENED = "gate_opened"
    GATE_DECIDED = "gate_decided"
    MODEL_CALLED = "model_called"
    NOTED = "noted"
    STEP_STARTED = "step_started"
    STEP_PROGRESS = "step_progress"
    STEP_FINISHED = "step_finished"
    STEP_SKIPPED = "step_skipped"
    STEP_FAILED = "step_failed"
    TABLE_MADE = "table_made"
    RUN_UNDONE = "run_undone"
    RUN_FORKED = "run_forked"
    RUN_RESUMED = "run_resumed"
    RUN_CANCELLED = "run_cancelled"
    RUN_FAILED = "run_failed"
    RUN_FINISHED = "run_finished"


class Event(BaseModel):
    """One thing that happened. `seq` counts from 1 within the run; `time` is UTC, ISO 8601.

    `version` is that of the form of events; it counts up when a reader has to change.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    run: str
    seq: int
    time: str
    type: EventType
    version: Literal[1] = 1
    data: dict[str, Any] = {}
