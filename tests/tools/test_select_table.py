import numpy as np
import pandas as pd
import pytest
from dataquarry import NotApplicable, Settings, ToolError, apply, propose_selection
from dataquarry.agent.alone import work_alone
from dataquarry.agent.model import Reply, ScriptedModel
from dataquarry.tools.difficulty import dataset_difficulty
from dataquarry.tools.registry import get_tool


def stones(rows: int = 90) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    kind = np.repeat(["common", "rare"], [rows - 6, 6])
    return pd.DataFrame(
        {"weight": np.where(kind == "rare", 50, 5) + rng.normal(size=rows), "kind": kind}
    )


def test_chosen_rows_are_known_by_content_and_rare_kinds_stay(settings: Settings) -> None:
    frame = stones()
    proposal = propose_selection(frame, 20, label="kind", settings=settings)
    kept = apply(frame, proposal, ["select:table"])
    assert len(kept) == 20
    assert "rare" in set(kept["kind"])
    assert "rare: " in proposal.groups[0].evidence
    operation = proposal.groups[0].operations[0]
    half = operation.apply(frame.iloc[:45])
    assert set(half["weight"]) == set(frame["weight"][:45]) & set(kept["weight"])
    with pytest.raises(ToolError, match="none of the rows"):
        operation.apply(frame.assign(weight=0.0))


def test_the_best_rows_are_those_the_model_finds_useful(settings: Settings) -> None:
    frame = stones(10)
    model = ScriptedModel([Reply(text=f'{{"useful": {n * 10}}}') for n in range(10)])
    work = work_alone(frame, settings, model)
    proposal = get_tool("select").propose(work, {"rows": 2, "method": "best"})
    kept = apply(frame, proposal, ["select:table"])
    assert kept["weight"].tolist() == frame["weight"].tolist()[-2:]
    with pytest.raises(NotApplicable, match="DATAQUARRY_MODEL"):
        get_tool("select").propose(work_alone(frame, settings), {"rows": 2, "method": "best"})
    with pytest.raises(NotApplicable, match="within the budget"):
        get_tool("select").propose(work, {"rows": 10})


def test_difficulty_tells_easy_texts_from_random_labels() -> None:
    rng = np.random.default_rng(0)
    texts = [f"the {a} sat on the {a} mat {n}" for n in range(60) for a in ("cat", "dog")]
    right = ["cat" if "cat" in text else "dog" for text in texts]
    easy = dataset_difficulty(texts, right)
    hard = dataset_difficulty(texts, list(rng.permutation(right)))
    assert easy.gzip_accuracy > 0.9
    assert hard.gzip_accuracy < 0.75
    assert 0 < easy.feature_density < 0.5
    with pytest.raises(NotApplicable, match="two labels"):
        dataset_difficulty(texts, ["cat"] * len(texts))
