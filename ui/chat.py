"""The chat: a run's events as messages. Pure: the same events give the same messages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..agent.events import Event, EventType
from .text import count, label, plain, shorten

Message = dict[str, Any]

ENDINGS = {
    "skipped": "skipped",
    "failed": "failed",
    "rejected": "rejected",
    "done": "done",
}
QUESTIONS = {
    "question": "The answer would change my plan. Say it here, or choose it in the **Decide** tab.",
    "plan": "Is this plan right? Change or approve it in the **Plan** tab.",
    "load": "Which dataset shall I load? Choose one in the **Candidates** tab.",
    "choose_target": "Which column is to be predicted? Choose it in the **Decide** tab.",
    "export": "Shall I write the export? Confirm it in the **Decide** tab.",
}
CHANGED = {
    "added": "Added",
    "removed": "Removed",
    "moved": "Moved",
    "changed": "Changed",
    "skipped": "Skipped",
    "undone": "Undone",
    "again": "To do again",
}
"""How each kind of change to a plan is told."""

DEMAND_FIELDS = (
    ("topic", "Topic"),
    ("task", "Task"),
    ("target", "Target"),
    ("inputs", "Columns"),
    ("domain", "Domain"),
    ("modality", "Modality"),
    ("languages", "Languages"),
    ("min_rows", "At least this many rows"),
    ("max_rows", "At most this many rows"),
    ("min_year", "Not older than"),
    ("max_year", "Not newer than"),
    ("license", "License"),
    ("input_form", "Input form"),
    ("output_form", "Output form"),
)


Titles = Callable[[str], dict[str, str]]


def messages(events: list[Event], titles: Titles) -> list[Message]:
    """Return the messages of a run for `gr.Chatbot`.

    Args:
        events: all events of the run.
        titles: gives the titles of a gate's groups by group id, for the id of the gate.
    """
    account = _Account(titles)
    for event in events:
        write = WRITERS.get(event.type)
        if write:
            write(account, event.data)
    return account.messages


@dataclass
class _Account:
    """The messages so far, and which of them are steps and questions that may still change."""

    titles: Titles
    messages: list[Message] = field(default_factory=list)
    steps: dict[str, Message] = field(default_factory=dict)
    gates: dict[str, Message] = field(default_factory=dict)

    def say(self, content: str, role: str = "assistant", **metadata: Any) -> Message:
        message: Message = {"role": role, "content": content}
        if metadata:
            message["metadata"] = metadata
        self.messages.append(message)
        return message


def _started(account: _Account, data: dict[str, Any]) -> None:
    account.say(plain(data["demand"]), role="user")


def _parsed(account: _Account, data: dict[str, Any]) -> None:
    demand = data["demand"]
    lines = [
        f"- {name}: **{_value(demand[key])}**"
        for key, name in DEMAND_FIELDS
        if demand.get(key) not in (None, "", [], "any")
    ]
    known = "\n".join(lines) or "Only the words themselves; no constraint was recognized."
    by = str(data.get("by", "rules"))
    who = "" if by in ("rules", "person") or by.startswith("policy:") else f" (read by {plain(by)})"
    note = f"\n\n{plain(data['note'])}" if data.get("note") else ""
    account.say(f"This is what I understood{who}:\n\n{known}{note}")


def _value(value: Any) -> str:
    if isinstance(value, list):
        return plain(", ".join(map(str, value)))
    return f"{value:,}" if isinstance(value, int) else plain(value)


def _planned(account: _Account, data: dict[str, Any]) -> None:
    note = plain(data["plan"].get("note", ""), 500)
    account.say(f"My plan: {_steps(data['plan'])}." + (f"\n\n{note}" if note else ""))


def _replanned(account: _Account, data: dict[str, Any]) -> None:
    reason = plain(data["reason"])
    changes = "\n".join(_change(change) for change in data.get("changes", []))
    listed = f"\n\n{changes}" if changes else ""
    account.say(f"The plan changed. {reason}{listed}\n\nStill to do: {_steps(data['plan'])}.")


def _change(change: dict[str, Any]) -> str:
    """Return one line of the difference between two plans."""
    words = f": {plain(change['words'], 200)}" if change["words"] else ""
    return f"- {CHANGED[change['kind']]} **{label(change['tool'])}**{words}"


def _kept(account: _Account, data: dict[str, Any]) -> None:
    account.say(plain(data["reason"], 500))


def _steps(plan: dict[str, Any]) -> str:
    left = [step for step in plan["steps"] if step["status"] == "pending"]
    return " → ".join(label(step["tool"]).lower() for step in left) or "nothing"


def _gate_opened(account: _Account, data: dict[str, Any]) -> None:
    step = account.steps.get(data.get("step") or "")
    if step is not None:
        step["metadata"] = {"title": f"{label(data['tool'])}: waits for you", "status": "done"}
    question = QUESTIONS.get(
        data.get("tool") or data["kind"], "Please decide in the **Decide** tab."
    )
    if data["kind"] == "question":
        asked = data["question"]
        options = "".join(f"\n- {plain(option, 100)}" for option in asked["options"])
        question = f"{plain(asked['text'], 300)}\n{options}\n\n{question}"
    account.gates[data["gate"]] = account.say(question)


def _gate_decided(account: _Account, data: dict[str, Any]) -> None:
    asked = account.gates.pop(data["gate"], None)
    account.messages = [message for message in account.messages if message is not asked]
    names = account.titles(data["gate"]) if data["kind"] == "step" else {}
    account.say(_answer(data["kind"], data["answer"], names), role="user")


def _answer(kind: str, answer: dict[str, Any], names: dict[str, str]) -> str:
    """Return a person's answer in words."""
    by = answer.get("by", "")
    who = f" ({plain(by)})" if by.startswith("policy:") else ""
    note = f"\n\n{plain(answer['note'])}" if answer.get("note") else ""
    if kind == "question":
        return (plain(answer["choice"]) if answer["choice"] else f"I leave that open{who}.") + note
    if kind == "budget":
        return ("Go on" if answer["go_on"] else "End with what there is") + f"{who}.{note}"
    if kind == "plan":
        if not answer.get("approve"):
            return f"I reject the plan{who}.{note}"
        edited = " with my changes" if answer.get("plan") else ""
        return f"I approve the plan{edited}{who}.{note}"
    said: dict[str, list[str]] = {"approve": [], "edit": [], "reject": []}
    for group, verdict in answer.get("verdicts", {}).items():
        said[verdict["verdict"]].append(plain(names.get(group, group), 80))
    words = [
        f"{verb}: {_some(said[verdict])}{who}."
        for verdict, verb in (("approve", "Approved"), ("edit", "Edited"), ("reject", "Rejected"))
        if said[verdict]
    ]
    return ("\n\n".join(words) or f"I approve nothing of this{who}.") + note


def _some(names: list[str], most: int = 6) -> str:
    rest = f" and {count(len(names) - most, 'more group')}" if len(names) > most else ""
    return "; ".join(names[:most]) + rest


def _step_started(account: _Account, data: dict[str, Any]) -> None:
    step = data["step"]
    account.steps[step["id"]] = account.say(
        plain(step["why"], 300) or "…", title=label(step["tool"]), status="pending"
    )


def _step_progress(account: _Account, data: dict[str, Any]) -> None:
    open_steps = [m for m in account.steps.values() if m["metadata"].get("status") == "pending"]
    if open_steps:
        share = data.get("share")
        done = f" ({share:.0%})" if share is not None else ""
        open_steps[-1]["content"] = plain(data["message"], 300) + done


def _step_ended(account: _Account, data: dict[str, Any]) -> None:
    started = account.steps.get(data["step"])
    account.messages = [message for message in account.messages if message is not started]
    message = account.say("", title=label(data["tool"]))
    account.steps[data["step"]] = message
    ending = ENDINGS.get(data["status"], data["status"])
    shown = "" if ending == "done" else f" ({ending})"
    summary = data["summary"]
    first = shorten(summary.splitlines()[0] if summary else "", 90)
    message["content"] = plain(summary, 3000).replace("\n", "\n\n") or "Done."
    message["metadata"] = {
        "title": f"{label(data['tool'])}{shown}: {first}" if first else label(data["tool"]),
        "status": "done",
    }


def _noted(account: _Account, data: dict[str, Any]) -> None:
    account.say(plain(data["text"]), role="user")
    if data["reply"]:
        account.say(plain(data["reply"], 4000).replace("\n", "\n\n"))


def _undone(account: _Account, data: dict[str, Any]) -> None:
    account.say(f"Undone: {label(data['tool'])}. The table is back to what it was before.")


def _forked(account: _Account, data: dict[str, Any]) -> None:
    account.say(f"This run was forked from run {plain(data['run'])}.")


def _resumed(account: _Account, _: dict[str, Any]) -> None:
    account.say("The run goes on.")


def _queued(account: _Account, data: dict[str, Any]) -> None:
    before = count(data["before"] or 0, "run")
    account.say(
        f"This run waits for its turn: {before} before it. {data['most']} work at once, "
        f"{data['most_of_user']} of each person."
    )


def _cancelled(account: _Account, _: dict[str, Any]) -> None:
    account.say("Stopped. Nothing is lost: press Resume to go on, or Undo to go back.")
    _close(account)


def _failed(account: _Account, data: dict[str, Any]) -> None:
    account.say(
        f"Something broke inside DataQuarry ({plain(data['error'])}: {plain(data['message'])}). "
        "Your data is safe. Press Resume to try again."
    )
    _close(account)


def _finished(account: _Account, data: dict[str, Any]) -> None:
    outcome = data["outcome"]
    if outcome["kind"] == "exported":
        account.say("Your dataset is ready. Download it in the **Files** tab.")
    else:
        account.say(f"The run has ended. {plain(outcome['message'])}")
    _close(account)


def _close(account: _Account) -> None:
    """Let no step look as if it were still at work."""
    for message in account.steps.values():
        if message["metadata"].get("status") == "pending":
            message["metadata"] = {**message["metadata"], "status": "done"}


WRITERS: dict[EventType, Callable[[_Account, dict[str, Any]], None]] = {
    EventType.RUN_STARTED: _started,
    EventType.DEMAND_PARSED: _parsed,
    EventType.PLAN_MADE: _planned,
    EventType.PLAN_CHANGED: _replanned,
    EventType.PLAN_KEPT: _kept,
    EventType.GATE_OPENED: _gate_opened,
    EventType.GATE_DECIDED: _gate_decided,
    EventType.STEP_STARTED: _step_started,
    EventType.STEP_PROGRESS: _step_progress,
    EventType.STEP_FINISHED: _step_ended,
    EventType.STEP_SKIPPED: _step_ended,
    EventType.STEP_FAILED: _step_ended,
    EventType.NOTED: _noted,
    EventType.RUN_UNDONE: _undone,
    EventType.RUN_FORKED: _forked,
    EventType.RUN_QUEUED: _queued,
    EventType.RUN_RESUMED: _resumed,
    EventType.RUN_CANCELLED: _cancelled,
    EventType.RUN_FAILED: _failed,
    EventType.RUN_FINISHED: _finished,
}
