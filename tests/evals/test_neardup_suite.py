from pathlib import Path

import numpy as np
from dataquarry import Settings
from dataquarry.evals.suite import run_suite
from dataquarry.evals.suites.neardup import plant

SYLLABLES = ["ba", "ko", "li", "mu", "ne", "ro", "sa", "ti", "vo", "zu"]
WORDS = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES[::3]]


def lines() -> list[str]:
    random = np.random.default_rng(0)
    return [" ".join(random.choice(WORDS, 8)) for _ in range(200)]


def test_planted_copies_are_found_by_both(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "texts.txt").write_text("\n".join(lines()))
    summary = run_suite("neardup", tmp_path, settings=settings, limit=400)["summary"]
    assert summary["planted"] == 40
    assert summary["recall"] >= 0.95
    assert summary["precision"] >= 0.95
    assert summary["datasketch"]["recall"] >= 0.8


def test_copies_differ_from_their_originals_and_come_in_any_order() -> None:
    documents, truth = plant(lines(), 200, np.random.default_rng(1))
    assert len(documents) == 200
    assert len(truth) == 20
    assert all(documents[i] != documents[j] for i, j in truth)
    assert all(i < j for i, j in truth)
