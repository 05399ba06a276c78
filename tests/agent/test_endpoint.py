"""What doctor finds out of an endpoint, from a real HTTP server."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from dataquarry import Settings
from dataquarry.agent.endpoint import look_at
from dataquarry.agent.model import ModelError
from dataquarry.cli.doctor import _model


class Handler(BaseHTTPRequestHandler):
    """An endpoint that can do what its server's `able` says."""

    def do_GET(self) -> None:
        models = [{"id": "m", "object": "model", "created": 0, "owned_by": "x"}]
        models[0]["meta"] = {"n_ctx": 8192}  # type: ignore[assignment]
        self.say(json.dumps({"object": "list", "data": models}))

    def do_POST(self) -> None:
        able: set[str] = self.server.able  # type: ignore[attr-defined]
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if asked.get("stream"):
            self.stream() if "stream" in able else self.say('{"error": {}}', 400)
        elif asked.get("tools"):
            function = {"name": "add", "arguments": '{"a": 2, "b": 3}'}
            call = {"id": "1", "type": "function", "function": function}
            message = {"tool_calls": [call]} if "tools" in able else {"content": "It is 5."}
            self.say(completion(message))
        else:
            text = '{"sum": 5}' if "schema" in able else "5, of course"
            self.say(completion({"content": text}))

    def stream(self) -> None:
        piece = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
        choices = [{"index": 0, "delta": {"content": "hello"}, "finish_reason": None}]
        text = f"data: {json.dumps({**piece, 'choices': choices})}\n\ndata: [DONE]\n\n"
        self.say(text, kind="text/event-stream")

    def say(self, text: str, status: int = 200, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


def completion(message: dict[str, Any]) -> str:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}
    body = {"id": "1", "object": "chat.completion", "created": 0, "model": "m"}
    return json.dumps({**body, "choices": [choice]})


@pytest.fixture
def endpoint() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def at(server: ThreadingHTTPServer, model: str = "m") -> Settings:
    return Settings(model=model, openai_base_url=f"http://127.0.0.1:{server.server_port}/v1")


def test_what_it_can_do_is_tried_and_told(endpoint: ThreadingHTTPServer) -> None:
    endpoint.able = {"tools", "schema", "stream"}  # type: ignore[attr-defined]
    found = look_at(at(endpoint))
    assert (found.tools, found.schema, found.streaming) == (True, True, True)
    assert found.context == 8192
    check = _model(at(endpoint))
    assert check.state == "ok"
    assert check.detail == (
        "m; tools: yes, JSON schema: yes, streaming: yes, context: 8,192 tokens"
    )


def test_what_it_cannot_do_is_told(endpoint: ThreadingHTTPServer) -> None:
    endpoint.able = {"stream"}  # type: ignore[attr-defined]
    found = look_at(at(endpoint))
    assert (found.tools, found.schema, found.streaming) == (False, False, True)
    assert found.faults == []


def test_without_a_model_those_there_are_are_named(endpoint: ThreadingHTTPServer) -> None:
    check = _model(at(endpoint, model=""))
    assert check.state == "optional"
    assert check.detail == "no model is chosen; there are: m"


def test_a_fault_and_a_server_that_is_gone_are_told(endpoint: ThreadingHTTPServer) -> None:
    endpoint.able = {"tools"}  # type: ignore[attr-defined]
    check = _model(at(endpoint))
    assert check.state == "missing"
    assert "refused: 400" in check.detail
    gone = Settings(model="m", openai_base_url="http://127.0.0.1:9/v1")
    with pytest.raises(ModelError, match="cannot be reached"):
        look_at(gone)
    assert _model(gone).state == "missing"
