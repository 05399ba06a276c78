"""What the served chat hands out, seen from outside with plain requests."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from dataquarry import Settings
from dataquarry.errors import ToolError
from dataquarry.ui.app import launch


@pytest.fixture
def address(settings: Settings, port: int) -> Iterator[str]:
    import gradio as gr

    (settings.exports_dir / "run1").mkdir(parents=True)
    (settings.exports_dir / "run1" / "data.csv").write_text("a\n1\n")
    (settings.exports_dir / "run1" / "report.html").write_text("<script>1</script>")
    yield launch(settings, port=port, block=False)
    gr.close_all()


def get(url: str) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(url, timeout=20) as reply:
            policy = reply.headers.get("content-security-policy", "")
            return reply.status, reply.read().decode(errors="replace"), policy
    except urllib.error.HTTPError as error:
        return error.code, "", ""


def test_only_exports_are_served(address: str, settings: Settings) -> None:
    file = f"{address}gradio_api/file="
    assert get(f"{file}{settings.exports_dir}/run1/data.csv")[:2] == (200, "a\n1\n")
    for secret in (settings.runs_file, Path(__file__), Path("/etc/passwd")):
        assert get(f"{file}{secret}")[0] == 403
    assert get(f"{file}{settings.exports_dir}/../runs.sqlite")[0] in (403, 404)


def test_a_page_among_the_exports_cannot_act(address: str, settings: Settings) -> None:
    status, _, policy = get(f"{address}gradio_api/file={settings.exports_dir}/run1/report.html")
    assert (status, policy) == (200, "sandbox")


def test_there_is_no_public_endpoint(address: str) -> None:
    status, content, _ = get(f"{address}gradio_api/info")
    assert status == 200
    assert json.loads(content) == {"named_endpoints": {}, "unnamed_endpoints": {}}


def test_the_page_names_no_other_host_for_fonts_or_scripts(address: str) -> None:
    page = get(address)[1]
    assert "fonts.googleapis" not in page


@pytest.mark.usefixtures("address")
def test_a_taken_port_is_told(settings: Settings, port: int) -> None:
    with pytest.raises(ToolError, match=f"cannot listen on 127.0.0.1:{port}"):
        launch(settings, port=port, block=False)
