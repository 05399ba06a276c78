"""The chat as a program: `build_app` makes the page, `launch` serves it."""

import os
from typing import TYPE_CHECKING

from ..errors import MissingExtra, ToolError
from ..settings import Settings

if TYPE_CHECKING:
    import gradio as gr

MAX_UPLOAD = "200mb"


def build_app(settings: Settings | None = None) -> "gr.Blocks":
    """Return the page of one workspace.

    Raises:
        MissingExtra: gradio is not installed.
    """
    _need_gradio()
    from .page import build_page

    return build_page(settings or Settings())


def launch(
    settings: Settings | None = None,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    open_browser: bool = False,
    block: bool = True,
) -> str:
    """Serve the chat and return its address.

    Args:
        settings: where the workspace is.
        host: the address to listen on; this machine alone by default.
        port: the port to listen on.
        open_browser: whether to open the page in the person's browser.
        block: whether to stay until interrupted.

    Raises:
        MissingExtra: gradio is not installed.
        ToolError: the port is taken.
    """
    settings = settings or Settings()
    app = build_app(settings)
    from starlette.middleware import Middleware

    from .sandbox import SandboxFiles
    from .theme import css, theme

    settings.exports_dir.mkdir(parents=True, exist_ok=True)
    app.queue(default_concurrency_limit=8)
    try:
        _, address, _ = app.launch(
            server_name=host,
            server_port=port,
            theme=theme(),
            css=css(),
            allowed_paths=[str(settings.exports_dir)],
            app_kwargs={"middleware": [Middleware(SandboxFiles)]},
            max_file_size=MAX_UPLOAD,
            show_error=False,
            footer_links=[],
            share=False,
            ssr_mode=False,
            enable_monitoring=False,
            inbrowser=open_browser,
            prevent_thread_lock=True,
            quiet=True,
        )
    except OSError as error:
        raise ToolError(f"The chat cannot listen on {host}:{port}: {error}") from error
    if block:
        print(f"DataQuarry listens on {address}  (stop with Ctrl-C)", flush=True)
        app.block_thread()
    return str(address)


def _need_gradio() -> None:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
    try:
        import gradio  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtra("The chat needs Gradio", "chat") from error
