"""Files that the chat serves may be opened in the browser, but never act there."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Any, Send], Awaitable[None]]

HEADERS = [
    (b"content-security-policy", b"sandbox"),
    (b"x-content-type-options", b"nosniff"),
]


class SandboxFiles:
    """ASGI middleware: a served file is shown as if from a foreign site, without scripts.

    Gradio serves pages from the allowed folders inline, in the origin of the chat itself.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Any, send: Send) -> None:
        """Pass a request on; mark the reply where it is a file."""
        if "/file=" not in str(scope.get("path", "")):
            await self.app(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *HEADERS]
            await send(message)

        await self.app(scope, receive, marked)
