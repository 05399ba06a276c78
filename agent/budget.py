"""Budget: what a run may use, what it has used, and when a person is asked or it ends."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from ..errors import ToolError
from ..settings import Settings
from .events import Event, EventType
from .plan import Plan

MOST_STEPS = 200
SOFT_SHARE = 0.8
"""Share of a limit from which a person is asked whether to go on."""


class Spent(BaseModel):
    """What a run has used; the seconds it waited for people are not among them."""

    model_config = ConfigDict(extra="forbid")

    steps: int = 0
    seconds: float = 0.0
    tokens: int = 0
    money: float = 0.0
    same_calls: int = 0

    def words(self) -> str:
        """Return what was used in one line."""
        return f"{self.steps} steps, {self.seconds:.0f} s of work, {self.paid()}"

    def paid(self) -> str:
        """Return what models were paid, tokens and money, also where it is nothing."""
        return f"{self.tokens:,} tokens, {self.money:.4f} of money"


class Budget(BaseModel):
    """The limits of a run. At 80 percent of one a person is asked, at all of it the run ends."""

    model_config = ConfigDict(extra="forbid")

    steps: int = Field(default=40, ge=1, le=MOST_STEPS, description="Steps worked on.")
    seconds: float = Field(default=6 * 3600.0, gt=0, description="Time at work.")
    tokens: int = Field(default=400_000, ge=1, description="Tokens read and written by models.")
    money: float | None = Field(default=None, gt=0, description="At the prices of the settings.")
    same_calls: int = Field(
        default=4, ge=2, description="Times in a row that the same tool may get the same arguments."
    )

    def shares(self, spent: Spent) -> dict[str, float]:
        """Return which share of each limit is used up."""
        limits = {name: limit for name, limit in self.model_dump().items() if limit is not None}
        return {name: getattr(spent, name) / limit for name, limit in limits.items()}

    def over(self, spent: Spent) -> str | None:
        """Name the limit that is used up."""
        return next((name for name, share in self.shares(spent).items() if share >= 1), None)

    def near(self, spent: Spent) -> list[str]:
        """Name the limits of which more than the soft share is used up."""
        return [name for name, share in self.shares(spent).items() if share >= SOFT_SHARE]


class BudgetDecision(BaseModel):
    """The answer to a budget gate: go on to the limits, or to others, or end with what there is."""

    model_config = ConfigDict(extra="forbid")

    by: str
    go_on: bool = True
    budget: Budget | None = None
    note: str = ""


def parse_budget(text: str) -> Budget:
    """Read a budget from words such as "tokens=20000,money=1.5".

    Raises:
        ToolError: it names no limit of a budget, or no number.
    """
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    try:
        return Budget.model_validate({name.strip(): value.strip() for name, _, value in pairs})
    except ValueError as error:
        known = ", ".join(Budget.model_fields)
        raise ToolError(f"Not a budget: {text!r}. Give numbers for any of {known}.") from error


def spent_of(events: Iterable[Event], plan: Plan, steps: int, settings: Settings) -> Spent:
    """Return what a run has used, from its events."""
    known = list(events)
    read, written = tokens_of(known)
    money = (read * settings.model_price_in + written * settings.model_price_out) / 1e6
    return Spent(
        steps=steps,
        seconds=round(_worked(known), 1),
        tokens=read + written,
        money=round(money, 6),
        same_calls=_same_calls(plan),
    )


def tokens_of(events: Iterable[Event]) -> tuple[int, int]:
    """Return the tokens that models read and wrote."""
    paid = [event.data["tokens"] for event in events if event.type is EventType.MODEL_CALLED]
    return sum(t["prompt"] for t in paid), sum(t["completion"] for t in paid)


STANDS = (EventType.GATE_OPENED, EventType.RUN_QUEUED, EventType.RUN_CANCELLED)
"""Events after which a run waits for a person or for its turn."""


def _worked(events: list[Event]) -> float:
    """Return the seconds between the events, without those in which it waited or stood still."""
    seconds, since, waits = 0.0, None, False
    for event in events:
        now = datetime.fromisoformat(event.time).timestamp()
        if since is not None and not waits and event.type is not EventType.RUN_RESUMED:
            seconds += now - since
        since = now
        waits = event.type in STANDS or (waits and event.type is EventType.NOTED)
    return seconds


def _same_calls(plan: Plan) -> int:
    """Return how often in a row the last call was made: the same tool with the same arguments."""
    ended = [(s.tool, s.arguments) for s in plan.steps if s.status not in ("pending", "undone")]
    count = 0
    for call in reversed(ended):
        if call != ended[-1]:
            break
        count += 1
    return count
