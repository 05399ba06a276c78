import html
import string

from dataquarry.ui.text import escape, label, plain, shorten
from hypothesis import given
from hypothesis import strategies as st


@given(st.text(alphabet=string.printable, max_size=300))
def test_plain_text_keeps_every_character_and_no_markup(text: str) -> None:
    safe = plain(text)
    assert html.unescape(safe).replace("\u200b", "") == text
    assert not set(safe) & set("<>*_[]()`!|$\\\"'{}~")


@given(st.text(alphabet=string.printable, max_size=300))
def test_escaped_text_is_neither_tag_nor_template(text: str) -> None:
    safe = escape(text)
    assert html.unescape(safe) == text
    assert not set(safe) & set("<>{}$\"'")


def test_a_link_in_a_text_stays_text() -> None:
    assert "://" not in plain("see https://example.org/x.png")
    assert "<" not in plain("![x](https://example.org/x.png)")


def test_long_texts_are_cut_with_an_ellipsis() -> None:
    assert shorten("a" * 50, 10) == "a" * 9 + "…"
    assert shorten("short", 10) == "short"


def test_names_are_shown_as_words() -> None:
    assert label("choose_target") == "Choose target"
