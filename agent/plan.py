"""Plan: ordered steps, edited by people, revised by the coordinator."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..errors import ToolError
from ..tools.registry import get_tool

StepStatus = Literal["pending", "done", "skipped", "rejected", "failed", "undone"]


class Step(BaseModel):
    """One use of one tool, and why. `summary` says how it ended."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="Unique in the run; a revised step gets a new one.")
    tool: str
    arguments: dict[str, Any] = {}
    why: str = ""
    status: StepStatus = "pending"
    summary: str = ""


class Plan(BaseModel):
    """Steps in the order in which they are worked on."""

    model_config = ConfigDict(extra="forbid")

    steps: list[Step] = []
    note: str = ""

    def next_step(self) -> Step | None:
        """Return the first step that is still to do."""
        return next((step for step in self.steps if step.status == "pending"), None)

    def step(self, step_id: str) -> Step:
        """Return the step of that id."""
        return next(step for step in self.steps if step.id == step_id)

    def ended(self, step_id: str, status: StepStatus, summary: str) -> "Plan":
        """Return the plan with one step ended."""
        update = {"status": status, "summary": summary}
        steps = [s.model_copy(update=update) if s.id == step_id else s for s in self.steps]
        return self.model_copy(update={"steps": steps})

    def check(self) -> None:
        """Check that every step names a known tool and fits its arguments.

        Raises:
            ToolError: what is wrong, with the step.
        """
        ids = [step.id for step in self.steps]
        if len(set(ids)) != len(ids):
            raise ToolError("Two steps of the plan have the same id.")
        for step in self.steps:
            get_tool(step.tool).parse(step.arguments)


def make_steps(first: int, *steps: tuple[str, dict[str, Any], str]) -> list[Step]:
    """Return steps numbered from `first` of (tool, arguments, why)."""
    return [
        Step(id=f"s{number}", tool=tool, arguments=arguments, why=why)
        for number, (tool, arguments, why) in enumerate(steps, first)
    ]
