"""Gates take only answers that fit, and policies give such answers."""

import json
from pathlib import Path

import pytest
from dataquarry import ToolError
from dataquarry.agent.gates import Answer, Gate, PlanDecision, parse_answer
from dataquarry.agent.plan import Plan, make_steps
from dataquarry.agent.policy import auto, everything, from_file, risky
from dataquarry.tools.base import Effect
from dataquarry.tools.operations import DropDuplicateRows, DropRowsMissing
from dataquarry.tools.proposals import Decision, Group, Proposal, Verdict, approve


def group(name: str, recommended: bool = False) -> Group:
    operation = DropDuplicateRows() if name == "dup" else DropRowsMissing(column=name)
    return Group(
        id=name, title=name, rule="r", evidence="e", recommended=recommended, operations=[operation]
    )


def step_gate(pick: str = "any") -> Gate:
    groups = [group("dup", recommended=True), group("age"), group("sex", recommended=True)]
    proposal = Proposal.model_validate(
        {"tool": "clean", "title": "t", "groups": groups, "pick": pick}
    )
    return Gate(
        id="g",
        run="r",
        kind="step",
        step="s1",
        tool="clean",
        effect=Effect.WRITE,
        proposal=proposal,
    )


def plan_gate() -> Gate:
    return Gate(id="p", run="r", kind="plan", plan=Plan(steps=make_steps(1, ("profile", {}, ""))))


def approved(gate: Gate, answer: object) -> list[str]:
    assert isinstance(answer, Decision)
    assert gate.proposal is not None
    return [found.id for found, _ in answer.approved(gate.proposal)]


def test_auto_approves_what_is_recommended() -> None:
    assert approved(step_gate(), auto(step_gate())) == ["dup", "sex"]
    assert approved(step_gate("one"), auto(step_gate("one"))) == ["dup"]


def test_everything_approves_all_but_one_where_groups_exclude_each_other() -> None:
    assert approved(step_gate(), everything(step_gate())) == ["dup", "age", "sex"]
    assert approved(step_gate("one"), everything(step_gate("one"))) == ["dup"]


def test_a_gate_refuses_an_answer_of_the_other_kind() -> None:
    with pytest.raises(ToolError, match="asks about a proposal"):
        step_gate().check(PlanDecision(by="me"))
    with pytest.raises(ToolError, match="asks about the plan"):
        plan_gate().check(Decision(by="me"))


def test_a_gate_refuses_a_verdict_on_a_group_it_has_not() -> None:
    with pytest.raises(ToolError, match="no group 'nonsense'"):
        step_gate().check(Decision(by="me", verdicts={"nonsense": Verdict(verdict="approve")}))


def test_a_gate_refuses_two_where_one_is_to_be_picked() -> None:
    gate = step_gate("one")
    assert gate.proposal is not None
    with pytest.raises(ToolError, match="Only one"):
        gate.check(approve(gate.proposal.groups[:2], by="me"))


def test_an_edited_plan_with_an_unknown_tool_is_refused() -> None:
    plan = Plan(steps=make_steps(1, ("guess", {}, "")))
    with pytest.raises(ToolError, match="No tool 'guess'"):
        plan_gate().check(PlanDecision(by="me", plan=plan))


def test_an_answer_that_is_none_is_told_where() -> None:
    with pytest.raises(ToolError, match=r"verdicts\.dup\.verdict"):
        parse_answer("step", {"by": "me", "verdicts": {"dup": {"verdict": "maybe"}}})


def policy_file(folder: Path, rules: object) -> Path:
    path = folder / "policy.json"
    path.write_text(json.dumps(rules))
    return path


def test_a_policy_file_rules_by_tool_and_rejects_the_rest(tmp_path: Path) -> None:
    rules = {"plan": "auto", "clean": {"age": {"verdict": "approve"}}}
    policy = from_file(policy_file(tmp_path, rules))
    answer = policy(step_gate())
    assert approved(step_gate(), answer) == ["age"]
    assert answer.by == "policy:policy.json"
    other = step_gate().model_copy(update={"tool": "export"})
    assert approved(other, policy(other)) == []
    plan = policy(plan_gate())
    assert isinstance(plan, PlanDecision)
    assert plan.approve


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "not JSON"), ("[]", "JSON object"), ('{"clean": "maybe"}', "rule 'clean'")],
)
def test_a_bad_policy_file_is_told_before_anything_happens(
    tmp_path: Path, content: str, words: str
) -> None:
    path = tmp_path / "policy.json"
    path.write_text(content)
    with pytest.raises(ToolError, match=words):
        from_file(path)


def test_risky_asks_about_code_rows_exports_and_budgets_only() -> None:
    asked: list[str | None] = []

    def ask(gate: Gate) -> Answer:
        asked.append(gate.effect and gate.effect.value)
        return auto(gate)

    policy = risky(ask)
    proposal = Proposal(tool="x", title="X")
    for effect in Effect:
        gate = Gate(id="g", run="r", kind="step", effect=effect, proposal=proposal)
        policy(gate)
    policy(Gate(id="g", run="r", kind="budget"))
    policy(Gate(id="g", run="r", kind="plan", plan=Plan()))
    assert asked == ["generate", "execute", "export", None]
