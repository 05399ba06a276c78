"""README.md and report.html: complete, readable by machines, and deaf to what the data says."""

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from dataquarry.retrieval.records import Deprecation, License
from dataquarry.tools.export.charts import MAX_COLUMNS, charts
from dataquarry.tools.export.text import markdown, plain, web_address
from hypothesis import given
from hypothesis import strategies as st

SECTIONS = [
    "Motivation",
    "Composition",
    "Collection process",
    "Preprocessing, cleaning, labeling",
    "Uses",
    "Distribution",
    "Maintenance",
]


def exported(steps, work, name):
    """Export and return the text of a file."""
    return (Path(steps.do_export(work).data["folder"]) / name).read_text(encoding="utf-8")


def head_of(card):
    """Return the YAML head of a card."""
    return yaml.safe_load(card.split("---\n")[1])


class Page(HTMLParser):
    """Collects the tags of a page and every address its attributes hold."""

    def __init__(self, text):
        super().__init__()
        self.tags = set()
        self.addresses = []
        self.handlers = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        for name, value in attributes:
            if name in ("src", "href", "data", "action", "srcset", "poster", "background"):
                self.addresses.append(value)
            if name.startswith("on"):
                self.handlers.append(name)


def test_the_card_has_a_yaml_head_and_every_section(work, steps):
    card = exported(steps, work, "README.md")
    head = head_of(card)
    assert head["license"] == "cc-by-4.0"
    assert head["pretty_name"] == "Ships"
    assert head["task_categories"] == ["tabular-classification"]
    assert head["size_categories"] == ["n<1K"]
    assert head["configs"] == [{"config_name": "default", "data_files": "data.parquet"}]
    assert re.findall(r"^## (.+)$", card, re.MULTILINE) == SECTIONS


def test_the_card_lists_changes_and_columns(work, steps):
    card = exported(steps, work, "README.md")
    assert "1. **Drop rows that repeat an earlier row in every column.** (4 rows; decided" in card
    assert "| age | float64 | 0 | Age in years |" in card
    assert "| 日付 | datetime64[us] | 0 | unknown |" in card


def test_what_nobody_said_is_unknown(tmp_path, steps):
    card = exported(steps, steps.make_work(tmp_path), "README.md")
    assert head_of(card)["license"] == "unknown"
    assert "License of the source: not stated" in card
    assert "no change was approved" in card
    assert card.count("unknown") > 10


def test_a_license_in_words_is_told_in_words(tmp_path, steps):
    record = steps.make_record(license=License(raw="Ask | us", basis="stated"))
    card = exported(steps, steps.make_work(tmp_path, record=record), "README.md")
    assert (head_of(card)["license"], head_of(card)["license_name"]) == ("other", "Ask | us")
    assert "License of the source: Ask \\| us" in card


def test_a_withdrawn_source_is_told_first(tmp_path, steps):
    record = steps.make_record(
        deprecation=Deprecation(status="withdrawn", reason="Harm", replacement="Boats")
    )
    work = steps.make_work(tmp_path, record=record)
    for name in ("README.md", "report.html"):
        assert "The source is withdrawn: Harm. Instead: Boats." in exported(steps, work, name)


def test_the_report_loads_nothing_and_runs_nothing(work, steps):
    page = Page(exported(steps, work, "report.html"))
    assert page.addresses == []
    assert page.handlers == []
    assert not page.tags & {"script", "link", "iframe", "img", "object", "embed", "form", "base"}
    assert "svg" in page.tags


def test_the_report_tells_scores_changes_and_rejections(work, steps):
    work.facts["measure"] = {
        "metric": "roc_auc",
        "raw": 0.7,
        "prepared": 0.75,
        "error": None,
        "verdict": "better",
        "rows": 30,
    }
    work.facts["clean"] = {
        "rejected": [{"id": "x", "title": "Merge variants", "rule": "r", "evidence": "e"}]
    }
    page = exported(steps, work, "report.html")
    assert "The preparation helps." in page
    assert "Area under the ROC curve" in page
    assert "Merge variants" in page
    assert "approved by ada" in page


def test_the_target_is_drawn_first_and_wide_tables_are_cut(work):
    frame = pd.DataFrame(np.zeros((3, MAX_COLUMNS + 5)), columns=[f"c{i}" for i in range(53)])
    drawn, left_out = charts(frame, frame.assign(y=1), "y", set())
    assert (drawn[0].column, drawn[0].status, drawn[0].is_target) == ("y", "added", True)
    assert len(drawn) == MAX_COLUMNS
    assert len(left_out) == 6


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([], dtype="float64"),
        pd.Series([np.nan] * 20),
        pd.Series([np.inf, -np.inf, *range(20)], dtype="float64"),
        pd.Series([1e300, -1e300, *range(20)], dtype="float64"),
        pd.Series(pd.array([None, *range(20)], dtype="Int64")),
        pd.Series([pd.NaT] * 12),
        pd.Series(pd.date_range("1700-01-01", periods=20, freq="YE")),
        pd.Series([["a"], {"b": 1}, None]),
        pd.Series(pd.to_timedelta(range(20), unit="h")),
        pd.Series([True, None, False], dtype="boolean"),
        pd.Categorical(["x", None, "y"]),
    ],
)
def test_any_column_can_be_drawn(column):
    frame = pd.DataFrame({"x": column})
    [chart], _ = charts(frame, frame, None, set())
    for bar in chart.bars:
        assert 0 <= bar.before <= 1
        assert bar.before == bar.after
    if chart.bars:
        assert sum(bar.before for bar in chart.bars) == pytest.approx(1, abs=1e-9) or (
            frame["x"].isna().all()
        )


@given(st.text())
def test_escaped_text_renders_as_itself(text):
    from markdown_it import MarkdownIt

    [token] = MarkdownIt("commonmark").parseInline("x " + markdown(text))
    kinds = {child.type for child in token.children}
    assert kinds <= {"text", "text_special"}
    shown = "".join(child.content for child in token.children)
    assert shown.split() == ["x", *plain(text).split()]


@given(st.text())
def test_plain_text_is_one_printable_line(text):
    shown = plain(text, 50)
    assert len(shown) <= 50
    assert len(shown.splitlines()) <= 1
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a?b=1#c", True),
        ("javascript:alert(1)", False),
        ("https://example.org/>[x](y)", False),
        ("file:///etc/passwd", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url, kept):
    assert web_address(url) == (url if kept else None)
