"""The page: layout, and which event brings which view up to date."""

from typing import Any
from uuid import uuid4

import gradio as gr

from ..agent.run import BUSY, Run
from ..settings import Settings
from . import candidates, cards, views
from .acts import carry_out
from .budget import draw_budget
from .charts import column_chart
from .chat import messages
from .desk import Desk
from .look import look_at, only_progress
from .plan_editor import Draft, drafted, draw_done, draw_plan
from .presses import Presses, read_press
from .quality import quality_view
from .question_card import draw_question
from .questions import chart_in
from .refresh import nothing, updates
from .text import escape

TICK = 0.7
PRIVATE = cards.PRIVATE
ONE_AT_A_TIME: dict[str, Any] = {
    "show_progress": "hidden",
    "concurrency_id": "draw",
    "concurrency_limit": 1,
}
"""Gradio keeps a page's components in one dict, which two renders at once would break."""
FILE_TYPES = [".csv", ".tsv", ".txt", ".json", ".jsonl", ".parquet", ".xlsx", ".xls", ".gz"]
NOTE_TYPES = [".md", ".pdf"]
KEEP_RUN_IN_URL = """(run) => {
    const url = new URL(window.location);
    if (run) url.searchParams.set('run', run); else url.searchParams.delete('run');
    window.history.replaceState(null, '', url);
    return [];
}"""

SHOW_TAB = """(tab) => {
    const name = tab.split(':')[0];
    const button = document.querySelector(`#dq-tabs [role=tab][data-tab-id="${name}"]`);
    if (button) button.click();
    return [];
}"""


class Page:
    """One page of the chat: its components, and the handlers between them."""

    def __init__(self, settings: Settings) -> None:
        self.desk = Desk(settings)
        with gr.Blocks(title="DataQuarry", fill_width=True, analytics_enabled=False) as self.blocks:
            self._states()
            self._head()
            with gr.Row(elem_id="dq-main"):
                with gr.Column(scale=5, min_width=360, elem_id="dq-left"):
                    self._chat()
                with gr.Column(scale=8, min_width=480, elem_id="dq-right"):
                    self._tabs()
            self._wire()

    # -- layout -----------------------------------------------------------------------------

    def _states(self) -> None:
        self.run = gr.Textbox(visible="hidden", elem_id="dq-run")
        self.go = gr.Textbox(visible="hidden", elem_id="dq-go")
        self.user = gr.BrowserState("", storage_key="dataquarry-user")
        self.presses = Presses()
        self.like = gr.State("")
        self.seen = gr.State({})
        self.gate = gr.State("")
        self.plan_key = gr.State("")
        self.draft = gr.State(None)
        self.found = gr.State("")
        self.table = gr.State("")
        self.timer = gr.Timer(TICK)

    def _head(self) -> None:
        with gr.Row(elem_id="dq-head"):
            gr.HTML("<h1>DataQuarry</h1>")
            self.status = gr.HTML(views.status_line(None), elem_id="dq-status")
            self.earlier = gr.Dropdown(
                self.desk.earlier(),
                value="",
                label="Reopen an earlier run",
                show_label=False,
                container=False,
                elem_id="dq-earlier",
                interactive=True,
            )
            self.new = gr.Button("New run", size="sm", elem_id="dq-new")

    def _chat(self) -> None:
        self.chat = gr.Chatbot(
            label="Conversation",
            show_label=False,
            height="calc(100vh - 226px)",
            elem_id="dq-chat",
            buttons=[],
            latex_delimiters=[],
            feedback_options=None,
            placeholder="### What data do you need?\n\nSay it in your own words: what is to be "
            "predicted, from what, how many rows, which license. Or attach a table of your own, "
            "with notes or a data dictionary beside it.",
        )
        self.words = gr.MultimodalTextbox(
            label="Your demand",
            show_label=False,
            placeholder="Predict … from …; at least 500 rows",
            file_types=[*FILE_TYPES, *NOTE_TYPES],
            file_count="multiple",
            sources=["upload"],
            elem_id="dq-words",
            max_plain_text_length=20_000,
        )
        with gr.Row(elem_id="dq-actions"):
            self.target = gr.Textbox(
                label="Column to predict (optional)",
                show_label=False,
                container=False,
                placeholder="column to predict (optional)",
                elem_id="dq-target",
                scale=3,
                min_width=160,
            )
            self.stop = gr.Button("Stop", size="sm", interactive=False, elem_id="dq-stop")
            self.undo = gr.Button("Undo", size="sm", interactive=False, elem_id="dq-undo")
            self.resume = gr.Button("Resume", size="sm", interactive=False, elem_id="dq-resume")

    def _tabs(self) -> None:
        with gr.Tabs(elem_id="dq-tabs"):
            with gr.Tab("Plan", id="plan"):
                self._plan_tab()
            with gr.Tab("Candidates", id="candidates"):
                self._candidates_tab()
            with gr.Tab("Decide", id="decide"):
                self._decide_tab()
            with gr.Tab("Data", id="data"):
                self.preview = gr.HTML(elem_id="dq-preview")
                with gr.Accordion("What the last change did", open=True):
                    self.change = gr.HTML(elem_id="dq-change")
            with gr.Tab("Quality", id="quality"):
                self.quality = gr.HTML(quality_view(None), elem_id="dq-quality")
            with gr.Tab("Report", id="report"):
                self.report = gr.HTML(elem_id="dq-report")
                self.column = gr.Dropdown(
                    [], label="Chart of a column", interactive=True, elem_id="dq-column"
                )
                self.chart = gr.HTML(elem_id="dq-chart-of")
            with gr.Tab("Files", id="files"):
                self.files = gr.HTML(elem_id="dq-files")
                self.zip = gr.DownloadButton(
                    "Download all as a zip",
                    visible=False,
                    variant="primary",
                    size="md",
                    elem_id="dq-zip",
                )

    def _plan_tab(self) -> None:
        def draw(run_id: str, draft: Draft) -> None:
            run = self.desk.open(run_id)
            gate = run.gate() if run else None
            if gate and gate.kind == "plan":
                draw_plan(gate, drafted(gate, draft), self.presses)
            else:
                self._plan_so_far(run)

        triggers = [self.plan_key.change, self.draft.change]
        gr.render([self.run, self.draft], triggers=triggers, **ONE_AT_A_TIME)(draw)

    def _plan_so_far(self, run: Run | None) -> None:
        if run is None or not run.plan.steps:
            gr.HTML(views.NO_RUN)
        else:
            draw_done(run.id, run.plan, run.status not in BUSY, self.presses)

    def _candidates_tab(self) -> None:
        filters = candidates.filter_row()

        def draw(run_id: str, asked: str, *values: Any) -> None:
            run = self.desk.open(run_id)
            look = look_at(run) if run else None
            hits, near, note = views.hits_of(look)
            found = len(hits) + len(near)
            wanted = candidates.Wanted(*values)
            hits, near = candidates.kept(hits, wanted), candidates.kept(near, wanted)
            if asked or len(hits) + len(near) < found:
                gr.HTML(candidates.left_out(len(hits) + len(near), found))
                gr.HTML(candidates.like_view(asked, self.desk.settings))
            if note or not found:
                gr.HTML(f"<p>{escape(note)}</p>" if note else NO_CANDIDATES)
            if sources := views.sources_view(look):
                gr.HTML(sources)
            choices = cards.load_choices(look.gate if look else None)
            for place, hit in enumerate([*hits, *near], 1):
                if near and place == len(hits) + 1:
                    gr.HTML("<h3>Near misses: they break a constraint</h3>")
                with gr.Row(elem_classes="dq-hit"):
                    with gr.Column(scale=6):
                        gr.HTML(views.hit_card(hit, place))
                    group = choices.get(hit.record.id)
                    if group and look and look.gate:
                        button = gr.Button("Choose", scale=1, min_width=90, size="sm")
                        self.presses.on(button, "choose", look.gate.id, group)
                with gr.Row(elem_classes="dq-like"):
                    candidates.like_buttons(hit, self.presses)

        inputs = [self.run, self.like, *filters]
        triggers = [self.found.change, self.like.change, *(each.change for each in filters)]
        gr.render(inputs, triggers=triggers, **ONE_AT_A_TIME)(draw)

    def _decide_tab(self) -> None:
        def draw(run_id: str) -> None:
            run = self.desk.open(run_id)
            gate = run.gate() if run else None
            if gate is None or gate.kind == "plan":
                gr.HTML(cards.decide_hint(gate))
            elif gate.kind == "question":
                draw_question(gate, self.presses)
            elif gate.kind == "budget":
                draw_budget(gate, self.presses)
            else:
                cards.draw_gate(gate, self.presses)

        gr.render([self.run], triggers=[self.gate.change], **ONE_AT_A_TIME)(draw)

    # -- wiring -----------------------------------------------------------------------------

    def _wire(self) -> None:
        self.blocks.load(
            self._arrive, [self.user], [self.run, self.earlier, self.user], **PRIVATE
        ).then(**self._refreshing())
        self.timer.tick(**self._refreshing())
        self.run.change(fn=None, inputs=[self.run], js=KEEP_RUN_IN_URL, api_visibility="private")
        self.go.change(fn=None, inputs=[self.go], js=SHOW_TAB, api_visibility="private")
        self._then_refresh(
            self.words.submit(
                self._submit,
                [self.words, self.target, self.run, self.user],
                [self.run, self.words, self.target, self.earlier, self.column, self.go],
                **PRIVATE,
            )
        )
        self._then_refresh(
            self.earlier.input(lambda run: run, [self.earlier], [self.run], **PRIVATE)
        )
        self._then_refresh(
            self.new.click(
                lambda: ("", self._earlier("")),
                outputs=[self.run, self.earlier],
                **PRIVATE,
            )
        )
        for changed in (self.column.change, self.table.change):
            changed(self._draw_chart, [self.run, self.column], [self.chart], **PRIVATE)
        self._then_refresh(
            self.presses.box.change(
                self._pressed,
                [self.presses.box, self.draft, self.like],
                [self.draft, self.like],
                trigger_mode="multiple",
                **PRIVATE,
            )
        )
        for button, act in (
            (self.stop, self.desk.stop),
            (self.undo, self.desk.undo),
            (self.resume, self.desk.resume),
        ):
            self._then_refresh(button.click(act, [self.run], **PRIVATE))

    def _then_refresh(self, event: Any) -> Any:
        return event.then(**self._refreshing())

    def _refreshing(self) -> dict[str, Any]:
        outputs = [
            *(self.seen, self.chat, self.status, self.gate, self.plan_key),
            *(self.found, self.preview, self.change, self.quality, self.report, self.table),
            self.column,
            *(self.files, self.zip, self.go, self.stop, self.undo, self.resume),
        ]
        inputs = [self.run, self.seen, self.gate, self.table]
        return {"fn": self._refresh, "inputs": inputs, "outputs": outputs, **PRIVATE}

    # -- handlers ---------------------------------------------------------------------------

    def _arrive(self, user: str, request: gr.Request) -> tuple[str, Any, str]:
        """Reopen the run that the page's address names; give a browser that is new here a name."""
        run = self.desk.open(request.query_params.get("run"))
        run_id = run.id if run else ""
        return run_id, self._earlier(run_id), user or uuid4().hex

    def _earlier(self, run_id: str) -> Any:
        return gr.update(choices=self.desk.earlier(), value=run_id)

    def _submit(self, said: dict[str, Any], target: str, run_id: str, user: str) -> tuple[Any, ...]:
        """Answer or note what was typed about the open run, or start one on it."""
        text, files = said.get("text") or "", said.get("files") or []
        run = self.desk.open(run_id)
        if run and text.strip() and not files and self.desk.talk(run, text):
            column = chart_in(run, text)
            drawn = (column, f"report:{uuid4().hex}") if column else (gr.skip(), gr.skip())
            return run_id, None, gr.skip(), gr.skip(), *drawn
        new = self.desk.start(text, files, target, user)
        if new is None:
            return run_id, *[gr.skip()] * 5
        return new, None, "", self._earlier(new), gr.skip(), gr.skip()

    def _pressed(self, text: str, draft: Draft, like: str) -> tuple[Any, str]:
        """Do what was pressed; return the draft of the plan and what candidates shall be like."""
        press = read_press(text)
        if press is None:
            return draft, like
        if press.act == candidates.LIKE_THIS:
            return draft, str(press.about[0])
        return carry_out(self.desk, press, draft), like

    def _draw_chart(self, run_id: str, column: str | None) -> str:
        run = self.desk.open(run_id)
        if run is None or run.table is None or column not in run.table.columns:
            return ""
        return column_chart(run.frame, column, run.target)

    def _refresh(self, run_id: str, seen: dict[str, Any], gate: str, table: str) -> dict[Any, Any]:
        """Bring up to date what changed since this tab was last drawn."""
        run = self.desk.open(run_id)
        if run is None:
            return self._named({"seen": {}, **nothing()}) if seen else {self.seen: gr.skip()}
        status = run.status
        place = run.place if status == "queued" else None
        same = seen.get("run") == run.id
        new = list(run.events(seen["seq"] if same else 0))
        if same and not new and (status, place) == (seen["status"], seen["place"]):
            return {self.seen: gr.skip()}
        if same and only_progress(new) and status == seen["status"]:
            now = {**seen, "seq": new[-1].seq}
            return {self.seen: now, self.chat: messages(list(run.events()), self.desk.titles)}
        look = look_at(run)
        now = {"run": run.id, "seq": look.seq, "status": look.status, "place": look.place}
        return self._named({"seen": now, **updates(look, gate, table, self.desk)})

    def _named(self, values: dict[str, Any]) -> dict[Any, Any]:
        return {getattr(self, name): value for name, value in values.items()}


NO_CANDIDATES = "<p class='dq-quiet'>No search was made yet.</p>"


def build_page(settings: Settings) -> "gr.Blocks":
    """Return the page of one workspace."""
    page: gr.Blocks = Page(settings).blocks
    return page
