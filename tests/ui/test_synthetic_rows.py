"""In the browser: a demand for more rows than there are; a person approves synthetic ones."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dataquarry import Settings

from .test_browser import Tab, browser, served  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser

BUTTONS = "#dq-recommended:visible, #dq-choose:visible, #dq-approve-plan:visible"


def plants(folder: Path) -> Path:
    rng = np.random.default_rng(3)
    height = rng.normal(40, 12, 120).round(1)
    odds = (height - 40) / 6 + rng.normal(size=120)
    frame = pd.DataFrame(
        {
            "height": height,
            "soil": rng.choice(["sand", "clay", "peat"], 120),
            "blooms": np.where(odds > 0, "yes", "no"),
        }
    )
    frame.to_csv(folder / "plants.csv", index=False)
    return folder / "plants.csv"


def go_on(tab: Tab, ended: Callable[[], bool]) -> None:
    """Take what is recommended at every gate until something is so."""
    until = time.monotonic() + 240
    while not ended():
        assert time.monotonic() < until, tab.text("#dq-chat")
        if "Waiting" in tab.text("#dq-status") and not ended():
            button = tab.page.locator(BUTTONS)
            if button.count():
                was = tab.text("#dq-status")
                button.first.click()
                tab.await_change(was)
        tab.page.wait_for_timeout(500)


def test_a_person_approves_synthetic_rows_after_seeing_the_report(
    browser,  # noqa: F811 - the fixture
    settings: Settings,
    tmp_path: Path,
    port: int,
) -> None:
    settings.home.mkdir()
    with served(settings.home, port) as address:
        tab = Tab(browser, address)
        tab.page.set_input_files("#dq-words input[type=file]", plants(tmp_path))
        tab.page.wait_for_timeout(1_000)
        tab.ask(
            "Predict whether a plant blooms from height and soil; a table with at least 200 rows"
        )
        cards = tab.page.locator("[id^=dq-group-]", has_text="synthetic rows")
        go_on(tab, lambda: "synthesize" in tab.text("#dq-status"))
        cards.first.wait_for(timeout=240_000)
        card = cards.first
        said = card.inner_text()
        assert "Add 80 synthetic rows to 120" in said
        assert any(verdict in said for verdict in ("PASS", "WARN", "FAIL"))
        assert "on real hold-out rows" in said
        assert "anonym" not in said.lower()
        tab.shot("synthetic")
        card.get_by_label("Approve").check()
        tab.click("#dq-apply")

        cards.first.wait_for(state="detached")
        go_on(tab, lambda: "Done" in tab.text("#dq-status"))
        tab.tab("Files")
        with tab.page.expect_download() as download:
            tab.page.get_by_role("link", name="data.parquet").click()
        frame = pd.read_parquet(download.value.path())
        assert frame["is_synthetic"].sum() == 80
        assert (~frame["is_synthetic"]).sum() == 120
        assert tab.errors == []
