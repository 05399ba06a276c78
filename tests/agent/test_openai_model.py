"""OpenAIModel against a real HTTP server that behaves, and misbehaves, as endpoints do."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from dataquarry import Settings
from dataquarry.agent.model import Message, ModelError, ToolCall
from dataquarry.agent.openai_model import OpenAIModel
from pydantic import SecretStr

QUESTION = [Message(role="user", content="?")]
SEARCH = {"type": "function", "function": {"name": "search", "parameters": {"type": "object"}}}


class Endpoint(ThreadingHTTPServer):
    """Serves queued (status, type, body) answers and keeps the requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, str, bytes]] = []
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []

    def says(self, message: dict[str, Any], finish: str = "stop") -> None:
        choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", **message}}
        body = {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": "m",
            "choices": [choice],
            "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
        }
        self.answers.append((200, "application/json", json.dumps(body).encode()))


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        endpoint = self.server
        assert isinstance(endpoint, Endpoint)
        length = int(self.headers["Content-Length"])
        endpoint.requests.append(json.loads(self.rfile.read(length)))
        endpoint.keys.append(self.headers["Authorization"])
        status, kind, body = endpoint.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def model_at(endpoint: Endpoint, retries: int = 0) -> OpenAIModel:
    return OpenAIModel(
        Settings(
            model="m",
            openai_base_url=f"http://127.0.0.1:{endpoint.server_port}/v1",
            openai_api_key=SecretStr(""),
            model_timeout=5,
            model_retries=retries,
        )
    )


def test_an_answer_comes_with_its_tokens(endpoint: Endpoint) -> None:
    endpoint.says({"content": "hello"})
    reply = model_at(endpoint).reply(QUESTION)
    assert (reply.text, reply.prompt_tokens, reply.completion_tokens) == ("hello", 7, 3)
    assert endpoint.requests[0]["messages"] == [{"role": "user", "content": "?"}]


def test_a_schema_is_asked_for_in_the_form_of_the_api(endpoint: Endpoint) -> None:
    endpoint.says({"content": "{}"})
    model_at(endpoint).reply(QUESTION, schema={"type": "object"})
    asked = endpoint.requests[0]["response_format"]
    assert asked["json_schema"]["schema"] == {"type": "object"}


def test_a_tool_call_is_read(endpoint: Endpoint) -> None:
    function = {"name": "search", "arguments": '{"k": 5}'}
    endpoint.says({"tool_calls": [{"id": "c", "type": "function", "function": function}]})
    reply = model_at(endpoint).reply(QUESTION, tools=[SEARCH])
    assert reply.call == ToolCall(name="search", arguments={"k": 5})


def test_a_tool_call_written_as_fenced_json_is_read_too(endpoint: Endpoint) -> None:
    endpoint.says({"content": 'Sure:\n```json\n{"name": "search", "arguments": {"k": 5}}\n```'})
    reply = model_at(endpoint).reply(QUESTION, tools=[SEARCH])
    assert reply.call == ToolCall(name="search", arguments={"k": 5})


def test_a_call_of_a_tool_that_was_not_offered_is_only_text(endpoint: Endpoint) -> None:
    endpoint.says({"content": '{"name": "delete_everything", "arguments": {}}'})
    assert model_at(endpoint).reply(QUESTION, tools=[SEARCH]).call is None


def test_a_cut_answer_says_so(endpoint: Endpoint) -> None:
    endpoint.says({"content": '{"steps": ['}, finish="length")
    assert model_at(endpoint).reply(QUESTION).finish == "length"


def test_a_429_is_tried_again(endpoint: Endpoint) -> None:
    endpoint.answers.append((429, "application/json", b'{"error": {"message": "slow down"}}'))
    endpoint.says({"content": "hello"})
    assert model_at(endpoint, retries=1).reply(QUESTION).text == "hello"
    assert len(endpoint.requests) == 2


@pytest.mark.parametrize(
    ("status", "kind", "body", "words"),
    [
        (429, "application/json", b"{}", "rate limit"),
        (503, "text/plain", b"busy", "refused: 503"),
        (401, "application/json", b'{"error": {"message": "no key"}}', "refused: 401"),
        (400, "application/json", b'{"error": {"message": "too long"}}', "too long"),
        (200, "text/html", b"<html>a portal</html>", "no chat completion"),
        (200, "application/json", b'{"choices": []}', "no chat completion"),
        (200, "application/json", b'{"choi', "no JSON"),
    ],
)
def test_each_fault_becomes_one_clear_error(
    endpoint: Endpoint, status: int, kind: str, body: bytes, words: str
) -> None:
    endpoint.answers.append((status, kind, body))
    with pytest.raises(ModelError, match=words):
        model_at(endpoint).reply(QUESTION)


def test_an_endpoint_that_is_gone_is_named() -> None:
    gone = Settings(model="m", openai_base_url="http://127.0.0.1:9/v1", model_retries=0)
    with pytest.raises(ModelError, match=r"http://127\.0\.0\.1:9/v1 cannot be reached"):
        OpenAIModel(gone).reply(QUESTION)


def test_the_key_goes_to_the_endpoint_and_into_no_error(endpoint: Endpoint) -> None:
    endpoint.answers.append((401, "application/json", b'{"error": {"message": "bad"}}'))
    settings = Settings(
        model="m",
        openai_base_url=f"http://127.0.0.1:{endpoint.server_port}/v1",
        openai_api_key=SecretStr("sk-canary"),
        model_retries=0,
    )
    with pytest.raises(ModelError) as caught:
        OpenAIModel(settings).reply(QUESTION)
    assert endpoint.keys == ["Bearer sk-canary"]
    assert "sk-canary" not in f"{caught.value}{settings!r}"
