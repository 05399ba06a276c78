from typing import Any

from dataquarry.agent.events import Event, EventType
from dataquarry.ui.chat import Message, messages

STEP = {"id": "s1", "tool": "clean", "arguments": {}, "why": "Repair.", "status": "pending"}


def log(*told: tuple[EventType, dict[str, Any]]) -> list[Event]:
    return [
        Event(run="r", seq=seq, time="2026-01-01T00:00:00Z", type=kind, data=data)
        for seq, (kind, data) in enumerate(told, 1)
    ]


def shown(*told: tuple[EventType, dict[str, Any]]) -> list[Message]:
    return messages(log(*told), lambda _: {"dup": "Drop duplicates", "gap": "Fill gaps"})


def started() -> tuple[EventType, dict[str, Any]]:
    return EventType.STEP_STARTED, {"step": STEP, "effect": "write"}


def opened() -> tuple[EventType, dict[str, Any]]:
    return EventType.GATE_OPENED, {"gate": "g", "kind": "step", "step": "s1", "tool": "clean"}


def decided(**verdicts: str) -> tuple[EventType, dict[str, Any]]:
    said = {group: {"verdict": verdict} for group, verdict in verdicts.items()}
    answer = {"by": "person", "verdicts": said, "note": ""}
    return EventType.GATE_DECIDED, {"gate": "g", "kind": "step", "step": "s1", "answer": answer}


def ended(status: str, summary: str) -> tuple[EventType, dict[str, Any]]:
    kind = EventType.STEP_FAILED if status == "failed" else EventType.STEP_FINISHED
    return kind, {"step": "s1", "tool": "clean", "status": status, "summary": summary}


def test_the_demand_is_said_by_the_person_and_cannot_become_markup() -> None:
    (message,) = shown((EventType.RUN_STARTED, {"demand": "![x](https://example.org/a.png)"}))
    assert message["role"] == "user"
    assert "![" not in message["content"]
    assert "https://" not in message["content"]


def test_only_what_was_understood_of_a_demand_is_listed() -> None:
    demand = {"text": "t", "task": "classification", "min_rows": 1500, "license": "any"}
    (message,) = shown((EventType.DEMAND_PARSED, {"demand": demand}))
    assert "Task: **classification**" in message["content"]
    assert "**1,500**" in message["content"]
    assert "License" not in message["content"]


def test_a_step_at_work_shows_its_progress() -> None:
    progress = (EventType.STEP_PROGRESS, {"message": "Reading", "share": 0.25})
    (message,) = shown(started(), progress)
    assert message["content"] == "Reading (25%)"
    assert message["metadata"] == {"title": "Clean", "status": "pending"}


def test_an_open_question_stands_until_it_is_answered() -> None:
    asked = shown(started(), opened())
    assert "Decide" in asked[-1]["content"]
    assert asked[0]["metadata"]["title"] == "Clean: waits for you"
    answered = shown(started(), opened(), decided(dup="approve", gap="reject"))
    assert [m["role"] for m in answered] == ["assistant", "user"]
    assert answered[-1]["content"] == "Approved: Drop duplicates.\n\nRejected: Fill gaps."


def test_the_end_of_a_step_comes_after_the_decision_on_it() -> None:
    told = shown(started(), opened(), decided(dup="approve"), ended("done", "1 row dropped."))
    assert [m["role"] for m in told] == ["user", "assistant"]
    assert told[-1]["metadata"]["title"] == "Clean: 1 row dropped."


def test_a_failed_step_says_so_in_its_title() -> None:
    (message,) = shown(started(), ended("failed", "No column 'x'."))
    assert message["metadata"]["title"].startswith("Clean (failed): No column")
    assert message["metadata"]["status"] == "done"


def test_a_stopped_run_leaves_no_step_looking_busy() -> None:
    told = shown(started(), (EventType.RUN_CANCELLED, {}))
    assert told[0]["metadata"]["status"] == "done"
    assert "Resume" in told[-1]["content"]


def test_the_end_says_what_came_out() -> None:
    nothing = {"outcome": {"kind": "nothing_serves", "message": "Nothing serves."}}
    assert "Nothing serves" in shown((EventType.RUN_FINISHED, nothing))[0]["content"]
    ready = {"outcome": {"kind": "exported", "message": "", "folder": "/x"}}
    assert "Files" in shown((EventType.RUN_FINISHED, ready))[0]["content"]


def change(kind: str, tool: str, words: str) -> dict[str, str]:
    return {"kind": kind, "step": "s9", "tool": tool, "words": words}


def test_a_revised_plan_shows_what_changed_and_why() -> None:
    changes = [
        change("removed", "features", "ratios may help"),
        change("added", "synthesize", "before measure: ![x](https://e.example/a.png)"),
    ]
    data = {"plan": {"steps": [STEP]}, "reason": "Too few rows", "changes": changes}
    (message,) = shown((EventType.PLAN_CHANGED, data))
    assert message["content"].startswith("The plan changed. Too few rows")
    assert "- Removed **Features**: ratios may help" in message["content"]
    assert "- Added **Synthesize**: before measure" in message["content"]
    assert "![" not in message["content"]
    assert "Still to do: clean." in message["content"]


def test_events_of_an_earlier_version_have_no_list_of_changes() -> None:
    data = {"plan": {"steps": [STEP]}, "reason": "Because"}
    (message,) = shown((EventType.PLAN_CHANGED, data))
    assert message["content"] == "The plan changed. Because\n\nStill to do: clean."


def test_a_plan_that_stands_says_why() -> None:
    (message,) = shown((EventType.PLAN_KEPT, {"reason": "The plan stands as approved: gone."}))
    assert "The plan stands as approved: gone" in message["content"]


def test_a_question_about_the_demand_is_asked_and_its_answer_shown() -> None:
    question = {"about": "task", "text": "Class or number?", "options": ["classification", "other"]}
    asked = (EventType.GATE_OPENED, {"gate": "q", "kind": "question", "question": question})
    (message,) = shown(asked)
    assert "Class or number?" in message["content"]
    assert "- classification" in message["content"]
    hostile = {**question, "text": "![x](https://e.example/a.png) your key?"}
    (message,) = shown((EventType.GATE_OPENED, {**asked[1], "question": hostile}))
    assert "![" not in message["content"]
    assert "https://" not in message["content"]
    for choice, said in (("classification", "classification"), (None, "I leave that open.")):
        answer = {"by": "person", "choice": choice, "note": ""}
        told = (EventType.GATE_DECIDED, {"gate": "q", "kind": "question", "answer": answer})
        (message,) = shown(asked, told)
        assert (message["role"], message["content"]) == ("user", said)


def test_the_answer_to_a_budget_gate_is_shown() -> None:
    answer = {"by": "person", "go_on": True, "budget": None, "note": ""}
    told = (EventType.GATE_DECIDED, {"gate": "b", "kind": "budget", "answer": answer})
    assert shown(told)[0]["content"] == "Go on."


def test_who_read_the_demand_is_told_where_it_was_a_model() -> None:
    demand = {"text": "t", "task": "regression"}
    data = {"demand": demand, "by": "qwen", "note": ""}
    assert "(read by qwen)" in shown((EventType.DEMAND_PARSED, data))[0]["content"]
    data = {"demand": demand, "by": "rules", "note": "Read by rules: the model is gone"}
    (message,) = shown((EventType.DEMAND_PARSED, data))
    assert "(read by" not in message["content"]
    assert "Read by rules: the model is gone" in message["content"]


def test_a_run_in_the_queue_says_how_many_are_before_it() -> None:
    data = {"before": 2, "most": 8, "most_of_user": 4}
    (message,) = shown((EventType.RUN_QUEUED, data))
    assert "2 runs before it. 8 work at once, 4 of each person." in message["content"]
