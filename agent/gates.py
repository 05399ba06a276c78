"""Gates: the places where a run waits for a person, and the answers to them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from ..errors import ToolError
from ..retrieval.demand import Demand
from ..tools.base import Effect
from ..tools.proposals import Decision, Proposal
from .budget import Budget, BudgetDecision, Spent
from .intake import Question, QuestionDecision
from .plan import Plan


class AlreadyDecided(ToolError):  # noqa: N818 - told to the one who came second
    """Somebody else answered this gate first; their answer stands."""


class PlanDecision(BaseModel):
    """The answer to a plan gate; an edited plan replaces the steps still to do."""

    model_config = ConfigDict(extra="forbid")

    by: str
    approve: bool = True
    plan: Plan | None = None
    note: str = ""


Answer = Decision | PlanDecision | BudgetDecision | QuestionDecision


class Gate(BaseModel):
    """A question to a person: what is meant, is a plan right, what of a proposal applies, go on?"""

    model_config = ConfigDict(extra="forbid")

    id: str
    run: str
    kind: Literal["question", "plan", "step", "budget"]
    step: str | None = None
    tool: str | None = None
    effect: Effect | None = None
    question: Question | None = None
    demand: Demand | None = None
    """The demand that the question is about."""
    plan: Plan | None = None
    proposal: Proposal | None = None
    budget: Budget | None = None
    spent: Spent | None = None
    answer: dict[str, Any] | None = None

    def check(self, answer: Answer) -> None:
        """Check that an answer fits this gate.

        Raises:
            ToolError: it does not; the message says what is wrong.
        """
        if self.kind == "question":
            if not isinstance(answer, QuestionDecision):
                raise ToolError("This gate asks what is meant; answer with a QuestionDecision.")
            assert self.question is not None
            assert self.demand is not None
            if answer.choice is not None:
                self.question.answered(self.demand, answer.choice)
        elif self.kind == "budget":
            if not isinstance(answer, BudgetDecision):
                raise ToolError("This gate asks whether to go on; answer with a BudgetDecision.")
        elif self.kind == "plan":
            if not isinstance(answer, PlanDecision):
                raise ToolError("This gate asks about the plan; answer with a PlanDecision.")
            if answer.plan is not None:
                answer.plan.check()
        else:
            if not isinstance(answer, Decision):
                raise ToolError("This gate asks about a proposal; answer with a Decision.")
            assert self.proposal is not None
            answer.approved(self.proposal)


def parse_answer(kind: str, data: Any) -> Answer:
    """Read an answer from JSON.

    Raises:
        ToolError: it has not the form the kind of gate asks for.
    """
    forms: dict[str, Any] = {
        "question": QuestionDecision,
        "plan": PlanDecision,
        "budget": BudgetDecision,
    }
    form: TypeAdapter[Any] = TypeAdapter(forms.get(kind, Decision))
    try:
        answer: Answer = form.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "answer"
        raise ToolError(f"Not an answer to a {kind} gate: {where}: {first['msg']}.") from error
    return answer
