"""The chat in a real headless Chromium, served by a real process."""

import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from dataquarry import Copilot, Settings
from dataquarry.agent.events import EventType
from dataquarry.agent.model import ScriptedModel
from dataquarry.agent.model_planner import ModelPlanner

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
ARGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SERVE = "import sys; from dataquarry.ui.app import launch; launch(port=int(sys.argv[1]))"
SHOTS = os.environ.get("DATAQUARRY_SCREENSHOTS")
DEMAND = (
    "Predict whether a passenger survived a shipwreck from class, sex and age; "
    "a table with at least 500 rows"
)
WAIT = 120_000


@contextmanager
def served(home: Path, port: int) -> Iterator[str]:
    """Serve the chat of a workspace from a process of its own."""
    env = {**os.environ, "DATAQUARRY_HOME": str(home)}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(port)], env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert "listens on" in line, line
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(timeout=20)


class Tab:
    """One tab of the browser; it notes every error and every request that leaves the machine."""

    def __init__(self, browser, address: str, run: str = "") -> None:
        self.address = address
        self.page = browser.new_page(viewport={"width": 1280, "height": 800})
        self.page.set_default_timeout(WAIT)
        self.errors: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._request)
        self.go(f"{address}?run={run}" if run else address)

    def _note(self, message) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _request(self, request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.errors.append(f"request to {request.url}")

    def go(self, address: str) -> None:
        self.page.goto(address)
        self.page.wait_for_selector("#dq-words textarea")

    def ask(self, demand: str) -> None:
        self.page.fill("#dq-words textarea", demand)
        self.page.keyboard.press("Enter")

    def click(self, selector: str) -> None:
        self.page.locator(f"{selector}:visible").first.click()

    def press_until_said(self, selector: str, words: str) -> None:
        """Press as a person does: again where nothing happened.

        A press on a card that is being replaced in that moment reaches nobody.
        """
        for _ in range(5):
            button = self.page.locator(f"{selector}:visible")
            if button.count():
                button.first.click()
            until = time.monotonic() + 15
            while time.monotonic() < until:
                if words in self.text("#dq-chat"):
                    return
                self.page.wait_for_timeout(200)
        raise AssertionError(f"The chat never said {words!r}.")

    def see(self, selector: str) -> None:
        self.page.wait_for_selector(f"{selector}:visible")

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(selector))

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()

    def says(self, words: str, where: str = "#dq-chat") -> None:
        """Wait until a part of the page says these words."""
        said = "([where, words]) => document.querySelector(where)?.innerText.includes(words)"
        self.page.wait_for_function(said, arg=[where, words])

    def status(self, words: str) -> None:
        self.says(words, "#dq-status")

    def await_change(self, was: str) -> None:
        """Wait as a person does, five seconds at most, until the status is another one."""
        until = time.monotonic() + 5
        while self.text("#dq-status") == was and time.monotonic() < until:
            self.page.wait_for_timeout(200)

    def shot(self, name: str) -> None:
        """Keep a screenshot for the docs, where the environment names a folder for them."""
        if SHOTS:
            self.page.wait_for_timeout(700)
            self.page.screenshot(path=Path(SHOTS) / f"{name}.png")


@pytest.fixture(scope="module")
def browser() -> Iterator:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed (apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        chromium.close()


def decide_until(tab: Tab, words: str, seconds: float = 150) -> None:
    """Take what is recommended at every gate until the status says these words."""
    until = time.monotonic() + seconds
    buttons = "#dq-recommended:visible, #dq-choose:visible, #dq-approve-plan:visible"
    while words not in tab.text("#dq-status"):
        assert time.monotonic() < until, tab.text("#dq-chat")
        if "Waiting" in tab.text("#dq-status") and tab.page.locator(buttons).count():
            was = tab.text("#dq-status")
            tab.page.locator(buttons).first.click()
            tab.await_change(was)
        tab.page.wait_for_timeout(400)


def test_a_demand_becomes_a_download(browser, indexed: Settings, port: int) -> None:
    with served(indexed.home, port) as address:
        tab = Tab(browser, address)
        tab.shot("start")
        tab.ask(DEMAND)
        tab.see("#dq-approve-plan")
        tab.says("At least this many rows: 500")
        tab.shot("plan")
        tab.click("#dq-approve-plan")

        tab.see(".dq-hit button")
        assert "score" in tab.text("#dq-right")
        tab.shot("candidates")
        tab.page.locator(".dq-hit button").first.click()

        tab.see("#dq-choose")
        tab.click("#dq-choose")
        tab.see("#dq-apply")
        cards = tab.page.locator("[id^=dq-group-]")
        assert cards.count() >= 2
        titles = [cards.nth(place).locator(".dq-title").inner_text() for place in (0, 1)]
        cards.nth(0).get_by_label("Approve").check()
        box = cards.nth(1).locator(".dq-code")
        assert not box.is_visible()
        cards.nth(1).get_by_label("Edit").check()
        box.wait_for(state="visible")
        cards.nth(1).get_by_label("Reject").check()
        box.wait_for(state="hidden")
        tab.shot("chat")
        tab.click("#dq-apply")
        tab.says("Rejected:")
        said = tab.text("#dq-chat")
        assert tab.errors == []
        for title, verb in zip(titles, ("Approved", "Rejected"), strict=True):
            assert title in said.split(f"{verb}:")[-1]
        tab.tab("Data")
        tab.shot("data")

        decide_until(tab, "Done")
        tab.tab("Report")
        tab.says("held-out", "#dq-report")
        tab.shot("report")
        tab.tab("Quality")
        tab.says("the most harmful first", "#dq-quality")
        tab.says("Effect on a model", "#dq-quality")
        tab.shot("quality")
        tab.tab("Files")
        tab.shot("files")
        with tab.page.expect_download() as download:
            tab.page.get_by_role("link", name="data.parquet").click()
        frame = pd.read_parquet(download.value.path())
        assert len(frame) >= 500
        with tab.page.expect_download() as download:
            tab.click("#dq-zip")
        assert "recipe.json" in zipfile.ZipFile(download.value.path()).namelist()

        run = tab.page.url.split("run=")[1]
        tab.page.reload()
        tab.status("Done")
        assert run in tab.text("#dq-status")
        tab.says("Your dataset is ready")
        assert tab.errors == []


QUESTION = {
    "about": "task",
    "text": "A class or a number?",
    "options": ["classification", "regression"],
}


def test_a_question_of_the_model_is_answered_on_its_card(
    browser, settings: Settings, port: int
) -> None:
    model = ScriptedModel([json.dumps({"question": QUESTION})])
    frame = pd.DataFrame({"rain": range(40), "crop": ["rye", "oats"] * 20})
    run = Copilot(settings, ModelPlanner(model)).start("what grows", input=frame, target="crop")
    assert run.wait() == "waiting"
    with served(settings.home, port) as address:
        tab = Tab(browser, address, run.id)
        tab.says("A class or a number?", "#dq-right")
        tab.page.get_by_role("radio", name="classification").check()
        tab.shot("question")
        tab.click("#dq-answer")
        tab.see("#dq-approve-plan")
        assert tab.errors == []
    assert run.demand.task == "classification"


IMPATIENT = """() => setInterval(() => {
    const buttons = '#dq-approve-plan, #dq-choose, #dq-recommended';
    for (const button of document.querySelectorAll(buttons)) button.click();
}, 60)"""


def test_pressing_again_and_again_while_cards_are_drawn_does_no_harm(
    browser, settings: Settings, port: int, tmp_path: Path
) -> None:
    table = tmp_path / "plots.csv"
    pd.DataFrame({"rain": range(40), "crop": ["rye", "Rye "] * 20}).to_csv(table, index=False)
    with served(settings.home, port) as address:
        tab = Tab(browser, address)
        tab.page.set_input_files("#dq-words input[type=file]", table)
        tab.page.wait_for_selector("#dq-words .thumbnail-item, #dq-words .file-icon")
        tab.ask("predict the crop from the rain")
        tab.see("#dq-approve-plan")
        rows = tab.page.locator(".dq-plan-row")
        steps = rows.count()
        tab.page.locator(".dq-tools:visible button", has_text="Delete").nth(steps - 2).click()
        tab.page.wait_for_function(
            "n => document.querySelectorAll('.dq-plan-row').length === n", arg=steps - 1
        )
        tab.press_until_said("#dq-approve-plan", "I approve the plan with my changes")
        tab.says("Removed Measure")

        clicking = tab.page.evaluate(IMPATIENT)
        tab.status("Done")
        tab.page.evaluate("number => clearInterval(number)", clicking)
        assert "0 tokens, 0.0000 of money" in tab.text("#dq-status")
        assert tab.errors == []
    store = Copilot(settings).store
    run = store.runs()[0].id
    decided = [e.data["gate"] for e in store.events(run) if e.type is EventType.GATE_DECIDED]
    assert len(decided) == len(set(decided)) == len(store.gates(run))
