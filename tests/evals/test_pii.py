import json
from pathlib import Path

import pytest
from dataquarry import Settings, ToolError
from dataquarry.evals.suite import run_suite


def test_counts_by_kind(tmp_path: Path, settings: Settings) -> None:
    label = {"entity_type": "EMAIL_ADDRESS", "start_position": 5, "end_position": 16}
    other = {"entity_type": "PERSON", "start_position": 0, "end_position": 4}
    texts = [
        {"full_text": "mail a@mail.org x", "spans": [label, other]},
        {"full_text": "no label b@mail.org", "spans": []},
    ]
    (tmp_path / "texts.json").write_text(json.dumps(texts))
    result = run_suite("pii", tmp_path, settings=settings)
    assert result["summary"]["email"] == {"precision": 0.5, "recall": 1.0, "labelled": 1}
    assert result["summary"]["card"]["recall"] is None
    assert [case["wrong"] for case in result["cases"]] == [[["email", "b@mail.org"]]]


def test_an_empty_folder_is_told(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(ToolError, match=r"no \.json file"):
        run_suite("pii", tmp_path, settings=settings)
