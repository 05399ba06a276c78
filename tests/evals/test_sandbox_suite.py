import pytest
from dataquarry import Settings
from dataquarry.evals.suites.sandbox import SUITE
from dataquarry.tools.sandbox import working_levels


@pytest.mark.slow
def test_two_of_each_are_tried_and_counted(settings: Settings) -> None:
    if not working_levels():
        pytest.skip("no sandbox works on this machine")
    outcome = SUITE.run(settings.home, limit=2, settings=settings, report=lambda *_: None)
    levels = len(working_levels())
    assert outcome.summary["attacks"] == outcome.summary["held"] == 2 * levels
    assert outcome.summary["honest"] == outcome.summary["right"] == 2 * levels
    assert outcome.summary["most_processor_cold"] > 0
