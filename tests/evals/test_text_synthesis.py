"""The suite from end to end, with replies that were recorded."""

import json
from pathlib import Path

import pandas as pd
import pytest
from dataquarry import Settings, ToolError
from dataquarry.agent.model import Reply, ScriptedModel
from dataquarry.evals.suite import run_suite
from dataquarry.evals.suites.text_synthesis import measure

BIRDS = tuple("robin owl crow gull hawk wren swan duck finch heron".split())  # noqa: SIM905
SHIPS = tuple("ferry tanker barge yacht canoe tug raft schooner frigate dinghy".split())  # noqa: SIM905


def texts(words: tuple[str, ...], frame: str) -> list[str]:
    return [frame.format(word) for word in words]


def write_folder(folder: Path) -> None:
    birds = texts(BIRDS, "I saw a {} singing in the tree this morning")
    ships = texts(SHIPS, "The {} left the harbor with its cargo")
    for name, part in (("train", slice(0, 6)), ("test", slice(6, 10))):
        frame = pd.DataFrame({"text": birds[part] + ships[part]})
        frame["category"] = ["bird"] * len(birds[part]) + ["ship"] * len(ships[part])
        frame.to_csv(folder / f"{name}.csv", index=False)


def recorded() -> list[Reply]:
    birds = [
        "A sparrow sings from our roof",
        "Two falcons in one nest, singing",
        "The stork flew over my garden tree",
        "Feathers of an eagle lay below the branch",
        "Every morning that raven wakes me up",
    ]
    ships = [
        "A liner docked at the harbor",
        "Its cargo hold was full of coal",
        "The captain steered the trawler home",
        "We boarded a sloop in the port",
        "Containers went overboard in the storm",
    ]
    parts = [("bird", birds[:2]), ("ship", ships[:2]), ("bird", birds[2:4]), ("ship", ships[2:])]
    parts.append(("bird", birds[4:]))
    return [
        Reply(
            text=json.dumps({"rows": [{"text": t, "label": label} for t in found]}),
            prompt_tokens=200,
            completion_tokens=40,
        )
        for label, found in parts
    ]


def test_three_students_are_compared_and_replies_are_paid_once(
    tmp_path: Path, settings: Settings
) -> None:
    write_folder(tmp_path)
    model = ScriptedModel(recorded())
    outcome = measure(tmp_path, model, settings, seeds=1, report=lambda *_: None)
    summary, case = outcome.summary, outcome.cases[0]
    assert summary["written"] == 10, case
    assert case["classes"] == ["bird", "ship"]
    assert (case["real_rows"], case["all_rows"], case["test_rows"]) == (10, 12, 8)
    assert summary["tokens"] == 5 * 240
    assert summary["helped"] in ("yes", "no difference beyond chance", "no, it did harm")
    assert summary["gain"] == pytest.approx(summary["with_written"] - summary["real_only"])
    shown = " ".join(message.content for asked in model.asked for message in asked)
    unseen = pd.read_csv(tmp_path / "test.csv")["text"]
    assert not any(text in shown for text in unseen)

    again = measure(tmp_path, ScriptedModel([]), settings, seeds=1, report=lambda *_: None)
    assert again == outcome


def test_it_asks_for_a_model(tmp_path: Path, settings: Settings) -> None:
    write_folder(tmp_path)
    with pytest.raises(ToolError, match="DATAQUARRY_MODEL"):
        run_suite("text-synthesis", tmp_path, settings=settings)
