from pathlib import Path

import pytest
from dataquarry import Settings
from dataquarry.errors import MissingExtra
from dataquarry.ui.app import build_app
from dataquarry.ui.theme import css, theme


def test_no_handler_of_the_page_is_a_public_endpoint(settings: Settings) -> None:
    app = build_app(settings)
    public = [fn for fn in app.fns.values() if fn.api_visibility != "private"]
    drawn = {fn.name for fn in public}
    info = app.get_api_info()
    assert info == {"named_endpoints": {}, "unnamed_endpoints": {}}, drawn


def test_nothing_is_fetched_from_outside() -> None:
    assert "http" not in css()
    assert not [font for font in theme()._font if type(font).__name__ == "GoogleFont"]


def test_without_gradio_the_install_line_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gradio", None)
    with pytest.raises(MissingExtra, match=r"dataquarry\[chat\]"):
        build_app(Settings(home=Path("unused")))
