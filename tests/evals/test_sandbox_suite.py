import pytest
from dataquarry import Settings
from dataquarry.evals.suites.sandbox import SUITE
from dataquarry.tools.sandbox import working_levels


def test_one_of_each_is_tried_at_each_level_and_counted(settings: Settings) -> None:
    if not working_levels():
        pytest.skip("no sandbox works on this machine")
    outcome = SUITE.run(settings.home, limit=1, settings=settings, report=lambda *_: None)
    levels = len(working_levels())
    assert outcome.summary["attacks"] == outcome.summary["held"] == levels
    assert outcome.summary["honest"] == outcome.summary["right"] == levels
    assert outcome.summary["most_processor_cold"] > 0
