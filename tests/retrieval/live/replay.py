"""A web server on this machine that plays answers back, with faults.

The answers are hand-made in the shapes that each source documents; see fixtures/README.md.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

FIXTURES = Path(__file__).parent / "fixtures"


@dataclass(frozen=True)
class Play:
    """One answer. `cut` sends that many bytes of the body and hangs up; `wait` comes first."""

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    wait: float = 0.0
    drip: float = 0.0
    ranges: bool = False

    @classmethod
    def json(cls, data: object, status: int = 200, **more) -> "Play":
        """Play JSON."""
        return cls(json.dumps(data).encode(), status, **more)

    @classmethod
    def fixture(cls, name: str, **more) -> "Play":
        """Play a fixture; `{base}` in it stands for the server's address."""
        return cls((FIXTURES / name).read_bytes(), **more)


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]


class Replay:
    """Answers by path; the last one of a path is played again and again."""

    def __init__(self) -> None:
        self.plays: dict[str, list[Play]] = {}
        self.asked: list[Asked] = []
        self.lock = threading.Lock()
        self.url = ""

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def on(self, path: str, *plays: Play) -> None:
        self.plays[path] = list(plays)

    def requests(self, path: str) -> list[Asked]:
        return [each for each in self.asked if each.path == path]

    def next(self, path: str) -> Play:
        with self.lock:
            plays = self.plays.get(path)
            if not plays:
                return Play(b"no such page", 404)
            return plays.pop(0) if len(plays) > 1 else plays[0]


class _Handler(BaseHTTPRequestHandler):
    replay: Replay

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.replay.asked.append(Asked(parts.path, parse_qs(parts.query), dict(self.headers)))
        play = self.replay.next(parts.path)
        time.sleep(play.wait)
        body = play.body.replace(b"{base}", self.replay.url.encode())
        status = play.status
        headers = dict(play.headers)
        if play.ranges and "Range" in self.headers:
            start, _, end = self.headers["Range"].removeprefix("bytes=").partition("-")
            last = min(int(end), len(body) - 1) if end else len(body) - 1
            headers["Content-Range"] = f"bytes {start}-{last}/{len(body)}"
            body, status = body[int(start) : last + 1], 206
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value.replace("{base}", self.replay.url))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self._send(body if play.cut is None else body[: play.cut], play.drip)
        self.close_connection = True

    def _send(self, body: bytes, drip: float) -> None:
        try:
            if not drip:
                self.wfile.write(body)
            for start in range(0, len(body) if drip else 0, 16):
                self.wfile.write(body[start : start + 16])
                self.wfile.flush()
                time.sleep(drip)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client gave up, as it should

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def serving() -> Iterator[Replay]:
    """Serve until the block ends."""
    replay = Replay()
    handler = type("Handler", (_Handler,), {"replay": replay})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    replay.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield replay
    finally:
        server.shutdown()
        server.server_close()


def play_everything(replay: Replay) -> None:
    """Let every source answer as documented."""
    replay.on("/api/datasets", Play.fixture("huggingface_list.json"))
    replay.on("/viewer/info", Play.fixture("huggingface_info.json"))
    replay.on("/viewer/parquet", Play.fixture("huggingface_parquet.json"))
    listed = "/api/v1/json/data/list/status/active/limit/1000/offset/0"
    replay.on(listed, Play.fixture("openml_list.json"))
    replay.on("/api/v1/json/data/901", Play.fixture("openml_data.json"))
    replay.on("/api/v1/json/data/features/901", Play.fixture("openml_features.json"))
    replay.on("/api/v1/json/data/features/903", Play.json({"error": {"code": "271"}}, 412))
    replay.on("/api/v1/json/data/903", Play.json({"error": {"code": "111"}}, 412))
    replay.on("/api/datasets/list", Play.fixture("uci_list.json"))
    replay.on("/api/dataset", Play.fixture("uci_dataset.json"))
    replay.on("/api/records", Play.fixture("zenodo.json"))
    replay.on("/datacite/dois", Play.fixture("datacite.json"))
    replay.on("/datagov/search", Play.fixture("datagov.json"))
    replay.on("/api/3/action/package_search", Play.fixture("ckan.json"))
    replay.on("/dataverse/api/search", Play.fixture("dataverse_search.json"))
    replay.on("/dataverse/api/datasets/:persistentId/", Play.fixture("dataverse_dataset.json"))
    replay.on("/kaggle/api/v1/datasets/list", Play.fixture("kaggle.json"))
    replay.on("/croissant.json", Play.fixture("croissant.json"))
