"""The one HTTP client of all live sources: limits, retries, rate limits, cache, plain words."""

import json
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any

import httpx2

from ...settings import Settings
from .cache import AnswerCache, Kept
from .faults import Late, NotFound, RateLimited, Refused, SourceFault
from .guard import ASKED_HOST, GuardedTransport

MAX_ANSWER = 16_000_000
"""Greatest size in bytes of one answer of a search."""

_REDIRECTS = 5
_TRIES = 3
_PAUSE = 0.2
_PATIENCE = 60.0
_READ_SECONDS = 30.0
_LIMITED = (429, 503)
_AGENT = "DataQuarry (dataset search; https://pypi.org/project/dataquarry)"

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """Parsed JSON, and the address of the next page where the answer's Link header names one."""

    data: Any
    next: str | None = None


class Client:
    """Asks for JSON and for files.

    Args:
        settings: limits, cache folder, and which private hosts may be asked.
        seconds: time until the answer is due; without it each read may take half a minute.
        shared: another client whose connections are used as well.
    """

    def __init__(
        self, settings: Settings, seconds: float | None = None, shared: "Client | None" = None
    ) -> None:
        self.settings = settings
        self.due = None if seconds is None else time.monotonic() + seconds
        self.asked = 0
        """How many answers came over the network."""
        self.cached = 0
        """How many came from the cache."""
        self._cache = AnswerCache(
            settings.home / "cache" / "live.sqlite", settings.live_cache_hours
        )
        self._http: httpx2.Client = shared._http if shared else _connections(settings)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def json(
        self,
        url: str,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        none: Collection[int] = (),
    ) -> Answer:
        """Return the JSON at an address.

        Args:
            url: the address; `params` are added to it.
            params: its query.
            headers: such as Authorization; never sent on to another host.
            none: statuses by which the source says that there is nothing.

        Raises:
            SourceFault: no JSON came; `Late` and `RateLimited` are kinds of it.
        """
        full = str(httpx2.URL(url).copy_merge_params(params or {}))
        key = sha256(json.dumps([full, dict(headers or {})]).encode()).hexdigest()
        kept = self._cache.read(key)
        if kept:
            self.cached += 1
            return Answer(json.loads(kept.body), kept.next)
        fresh = self._fetch(full, headers or {}, none)
        data = _parsed(fresh.body)
        self._cache.write(key, fresh.body, fresh.next)
        return Answer(data, fresh.next)

    @contextmanager
    def stream(
        self, url: str, headers: Mapping[str, str] | None = None
    ) -> Iterator[httpx2.Response]:
        """Open a file; the status is 200, 206 or 416.

        Raises:
            SourceFault: the file cannot be had.
        """
        with _plain_words(), self._open(url, headers or {}) as response:
            if response.status_code != 416:
                _check(response)
            yield response

    def left(self) -> float:
        """Return the seconds until the answer is due.

        Raises:
            Late: there are none.
        """
        if self.due is None:
            return _READ_SECONDS
        left = self.due - time.monotonic()
        if left <= 0:
            raise Late("it had not answered in time")
        return left

    def _fetch(self, url: str, headers: Mapping[str, str], none: Collection[int]) -> Kept:
        """Ask again after a passing failure, while there is time."""
        for attempt in range(1, _TRIES + 1):
            try:
                with _plain_words():
                    return self._once(url, headers, none)
            except SourceFault as fault:
                if not fault.passing or attempt == _TRIES:
                    raise
                self._wait(fault.seconds or _PAUSE * attempt, fault)
        raise AssertionError("unreachable")

    def _once(self, url: str, headers: Mapping[str, str], none: Collection[int]) -> Kept:
        host = httpx2.URL(url).netloc.decode()
        cooling = self._cache.cooling(host)
        if cooling:
            self._wait(cooling, _limited(cooling))
        with self._open(url, headers) as response:
            self.asked += 1
            if response.status_code in none:
                return Kept(b"null", None, 0.0)
            self._note_limit(host, response)
            _check(response)
            body = self._body(response)
        return Kept(body, _next_page(response), 0.0)

    @contextmanager
    def _open(self, url: str, headers: Mapping[str, str]) -> Iterator[httpx2.Response]:
        seconds = self.left()
        timeout = httpx2.Timeout(seconds, connect=min(seconds, 10.0))
        host = httpx2.URL(url).netloc.decode()
        with self._http.stream(
            "GET", url, headers=dict(headers), timeout=timeout, extensions={ASKED_HOST: host}
        ) as response:
            yield response

    def _body(self, response: httpx2.Response) -> bytes:
        parts, total = [], 0
        for part in response.iter_bytes():
            total += len(part)
            if total > MAX_ANSWER:
                raise SourceFault(f"its answer is larger than {MAX_ANSWER:,} bytes")
            self.left()
            parts.append(part)
        return b"".join(parts)

    def _note_limit(self, host: str, response: httpx2.Response) -> None:
        """Keep in mind how long a host wants to be left alone, and say so."""
        if response.status_code not in _LIMITED:
            return
        seconds = _asked_to_wait(response)
        if seconds is None:
            return
        self._cache.cool(host, seconds)
        raise _limited(seconds)

    def _wait(self, seconds: float, fault: SourceFault) -> None:
        """Sleep if the answer can still come in time.

        Raises:
            SourceFault: it cannot.
        """
        longest = _PATIENCE if self.due is None else self.due - time.monotonic()
        if seconds >= longest:
            raise fault
        time.sleep(seconds)


def _connections(settings: Settings) -> httpx2.Client:
    return httpx2.Client(
        transport=GuardedTransport(settings.live_private_hosts.split(",")),
        follow_redirects=True,
        max_redirects=_REDIRECTS,
        headers={"User-Agent": _AGENT},
    )


@contextmanager
def _plain_words() -> Iterator[None]:
    """Turn what the HTTP library raises into faults in plain words."""
    try:
        yield
    except httpx2.TimeoutException as error:
        raise Late("it had not answered in time") from error
    except httpx2.RemoteProtocolError as error:
        raise SourceFault("its answer was cut off", passing=True) from error
    except httpx2.DecodingError as error:
        raise SourceFault(f"its answer cannot be unpacked ({error})") from error
    except httpx2.TooManyRedirects as error:
        raise SourceFault(f"it redirects more than {_REDIRECTS} times") from error
    except (httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
        raise Refused(f"the address cannot be fetched ({error})") from error
    except httpx2.TransportError as error:
        raise SourceFault(f"it cannot be reached ({error})", passing=True) from error


def _check(response: httpx2.Response) -> None:
    """Raise what a status says."""
    status = response.status_code
    if status in (200, 206):
        return
    said = f"it answered {status} {response.reason_phrase}".strip()
    if status in (401, 403):
        raise SourceFault(f"{said}: it wants a token, or its terms accepted")
    if status in (404, 410):
        raise NotFound(f"{said}: there is no such page")
    if status >= 500:
        raise SourceFault(said, passing=True)
    if status == 429:
        raise RateLimited(f"{said}: too many requests", passing=True)
    raise SourceFault(said)


def _limited(seconds: float) -> RateLimited:
    words = f"it asks to wait {seconds:,.0f} s before the next request (rate limit)"
    return RateLimited(words, passing=True, seconds=seconds)


def _asked_to_wait(response: httpx2.Response) -> float | None:
    """Return the seconds a source asks to wait.

    Reads Retry-After (RFC 9110, seconds or a date), RateLimit with `t=` (IETF draft, the Hugging
    Face Hub) and X-RateLimit-Reset (Zenodo: seconds since 1970).
    """
    headers = response.headers
    after = headers.get("Retry-After", "").strip()
    if after.isdigit():
        return float(after)
    if after:
        return _until(after)
    for part in headers.get("RateLimit", "").replace(",", ";").split(";"):
        name, _, value = part.strip().partition("=")
        if name in ("t", "reset") and value.isdigit():
            return float(value)
    reset = headers.get("X-RateLimit-Reset", "")
    return max(0.0, float(reset) - time.time()) if reset.isdigit() else None


def _until(date: str) -> float | None:
    try:
        return max(0.0, parsedate_to_datetime(date).timestamp() - time.time())
    except ValueError:
        return None


def _next_page(response: httpx2.Response) -> str | None:
    found = response.links.get("next", {}).get("url")
    return str(response.url.join(found)) if found else None


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        start = body[:40].decode("utf-8", "replace")
        raise SourceFault(f"it sent no valid JSON (it begins {start!r})") from error
