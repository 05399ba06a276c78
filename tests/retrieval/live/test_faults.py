"""What the client does when a source misbehaves: the words it finds, what it waits for."""

import time
from email.utils import formatdate

import pytest
from dataquarry import Settings
from dataquarry.errors import ToolError
from dataquarry.retrieval.live import client as client_module
from dataquarry.retrieval.live.client import Client
from dataquarry.retrieval.live.faults import Late, NotFound, RateLimited, Refused, SourceFault

from .replay import Play, serving


@pytest.fixture
def client(live: Settings) -> Client:
    return Client(live, 20.0)


def test_a_second_search_is_answered_from_the_cache(live, replay):
    replay.on("/a", Play.json({"n": 1}), Play.json({"n": 2}))
    assert Client(live, 2.0).json(f"{replay.url}/a").data == {"n": 1}
    again = Client(live, 2.0)
    assert again.json(f"{replay.url}/a").data == {"n": 1}
    assert (again.asked, again.cached) == (0, 1)
    assert again.json(f"{replay.url}/a", {"q": "other"}).data == {"n": 2}


def test_an_answer_beyond_the_age_limit_is_asked_for_again(live, replay):
    replay.on("/a", Play.json({"n": 1}), Play.json({"n": 2}))
    no_age = live.model_copy(update={"live_cache_hours": 0.0})
    assert Client(no_age).json(f"{replay.url}/a").data == {"n": 1}
    assert Client(no_age).json(f"{replay.url}/a").data == {"n": 2}


def test_an_answer_for_one_token_is_not_given_to_another(live, replay):
    replay.on("/a", Play.json({"n": 1}), Play.json({"n": 2}))
    one = {"Authorization": "Bearer one"}
    assert Client(live).json(f"{replay.url}/a", headers=one).data == {"n": 1}
    assert Client(live).json(f"{replay.url}/a").data == {"n": 2}


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "1"},
        {"Retry-After": "{tomorrow}"},
        {"RateLimit": '"api";r=0;t=1', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'},
        {"X-RateLimit-Reset": "{soon}"},
    ],
    ids=["seconds", "date", "RateLimit", "X-RateLimit-Reset"],
)
def test_a_rate_limit_is_waited_for_or_told(client, replay, headers):
    soon = str(int(time.time()) + 1)
    tomorrow = formatdate(time.time() + 86_400, usegmt=True)
    words = {"{soon}": soon, "{tomorrow}": tomorrow}
    headers = {name: words.get(value, value) for name, value in headers.items()}
    replay.on("/a", Play.json({}, 429, headers=headers), Play.json({"n": 1}))
    if "GMT" in headers.get("Retry-After", ""):
        with pytest.raises(RateLimited, match=r"asks to wait 86,\d{3} s"):
            client.json(f"{replay.url}/a")
    else:
        assert client.json(f"{replay.url}/a").data == {"n": 1}


def test_a_limited_host_is_left_alone_by_the_next_search_too(live, replay):
    replay.on("/a", Play.json({}, 429, headers={"Retry-After": "500"}), Play.json({"n": 1}))
    for _ in range(2):
        with pytest.raises(RateLimited, match="asks to wait"):
            Client(live, 2.0).json(f"{replay.url}/a")
    assert len(replay.requests("/a")) == 1


def test_a_passing_failure_is_asked_again(client, replay):
    replay.on("/a", Play(b"", 502), Play.json({"n": 1}))
    assert client.json(f"{replay.url}/a").data == {"n": 1}


def test_a_lasting_failure_is_told(client, replay):
    replay.on("/a", Play(b"", 500))
    with pytest.raises(SourceFault, match="it answered 500 Internal Server Error"):
        client.json(f"{replay.url}/a")
    assert len(replay.requests("/a")) == 3


def test_an_answer_that_is_cut_off_is_asked_for_again(client, replay):
    body = Play.json({"n": [1] * 100})
    replay.on("/a", Play(body.body, cut=20), body)
    assert client.json(f"{replay.url}/a").data == {"n": [1] * 100}


def test_an_answer_that_is_always_cut_off_is_told(client, replay):
    replay.on("/a", Play(b'{"n": 1}' + b" " * 100, cut=20))
    with pytest.raises(SourceFault, match="cut off"):
        client.json(f"{replay.url}/a")


@pytest.mark.parametrize(
    "body", [b"", b"<html>busy</html>", b'{"n": ', b"\xff\xfe", b"[" * 100_000]
)
def test_what_is_no_json_is_told_and_not_kept(client, replay, body):
    replay.on("/a", Play(body), Play.json({"n": 1}))
    with pytest.raises(SourceFault, match="no valid JSON"):
        client.json(f"{replay.url}/a")
    assert client.json(f"{replay.url}/a").data == {"n": 1}


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, SourceFault, "wants a token"),
        (403, SourceFault, "terms accepted"),
        (404, NotFound, "no such page"),
        (410, NotFound, "no such page"),
        (418, SourceFault, "418"),
    ],
)
def test_a_refusal_is_told_at_once(client, replay, status, kind, words):
    replay.on("/a", Play(b"{}", status))
    with pytest.raises(kind, match=words):
        client.json(f"{replay.url}/a")
    assert len(replay.requests("/a")) == 1


def test_nothing_is_nothing_where_the_source_says_it_by_a_status(client, replay):
    replay.on("/a", Play.json({"error": "none"}, 412))
    assert client.json(f"{replay.url}/a", none=(412,)).data is None


def test_an_answer_that_is_too_large_is_dropped(client, replay, monkeypatch):
    monkeypatch.setattr(client_module, "MAX_ANSWER", 1000)
    replay.on("/a", Play(b'{"n": "' + b"x" * 2000 + b'"}'))
    with pytest.raises(SourceFault, match="larger than 1,000 bytes"):
        client.json(f"{replay.url}/a")


def test_slow_answers_end_at_the_deadline(live, replay):
    replay.on("/slow", Play(b"{}", wait=3.0))
    replay.on("/drip", Play(b'{"n": "' + b"x" * 4000 + b'"}', drip=0.02))
    for path in ("/slow", "/drip"):
        with pytest.raises(Late, match="not answered in time"):
            Client(live, 0.3).json(f"{replay.url}{path}")


def test_an_unreachable_host_is_told(live, replay):
    with serving() as gone:
        url, host = gone.url, gone.host
    settings = live.model_copy(update={"live_private_hosts": host})
    with pytest.raises(SourceFault, match="cannot be reached"):
        Client(settings, 2.0).json(f"{url}/a")


def test_a_name_that_nobody_has_is_told(live):
    with pytest.raises(SourceFault, match=r"nowhere\.invalid cannot be found"):
        Client(live, 2.0).json("http://nowhere.invalid/a")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/",
        "http://localhost:9/",
        "http://[::1]:9/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://[::ffff:127.0.0.1]:9/",
        "http://[2002:7f00:1::]/",
        "http://0.0.0.0:9/",
        "http://2130706433:9/",
        "http://224.0.0.1/",
    ],
)
def test_private_addresses_are_refused(settings, address):
    with pytest.raises(Refused, match="private address"):
        Client(settings, 2.0).json(address)


def test_the_refusal_says_how_to_allow_a_host(settings, replay):
    with pytest.raises(Refused, match=f"DATAQUARRY_LIVE_PRIVATE_HOSTS={replay.host}"):
        Client(settings, 2.0).json(f"{replay.url}/a")


def test_a_redirect_to_a_private_address_is_refused(client, replay):
    with serving() as inner:
        inner.on("/secret", Play.json({"secret": 1}))
        replay.on("/a", Play(b"", 302, {"Location": f"{inner.url}/secret"}))
        with pytest.raises(Refused, match="private address"):
            client.json(f"{replay.url}/a")
        assert not inner.asked


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/a", "gopher://x/"])
def test_a_redirect_to_another_scheme_is_refused(client, replay, target):
    replay.on("/a", Play(b"", 302, {"Location": target}))
    with pytest.raises(Refused):
        client.json(f"{replay.url}/a")


def test_a_redirect_is_followed_and_keeps_its_path(client, replay):
    replay.on("/a", Play(b"", 301, {"Location": "/b?n=2"}))
    replay.on("/b", Play.json({"n": 2}))
    assert client.json(f"{replay.url}/a").data == {"n": 2}
    assert replay.requests("/b")[0].headers["Host"] == replay.host


def test_a_token_does_not_follow_to_another_host(live, replay):
    with serving() as other:
        other.on("/b", Play.json({}))
        replay.on("/a", Play(b"", 302, {"Location": f"{other.url}/b"}))
        hosts = f"{replay.host},{other.host}"
        client = Client(live.model_copy(update={"live_private_hosts": hosts}), 2.0)
        secrets = {"Authorization": "Bearer secret", "X-Api-Key": "secret"}
        client.json(f"{replay.url}/a", headers=secrets)
        assert secrets.items() <= replay.requests("/a")[0].headers.items()
        assert not secrets.keys() & other.requests("/b")[0].headers.keys()


def test_redirects_in_a_circle_end(client, replay):
    replay.on("/a", Play(b"", 302, {"Location": "{base}/a"}))
    with pytest.raises(SourceFault, match="redirects more than 5 times"):
        client.json(f"{replay.url}/a")
    assert len(replay.requests("/a")) == 6


def test_every_fault_is_one_the_caller_can_read(client, replay):
    replay.on("/a", Play(b"", 500))
    with pytest.raises(ToolError):
        client.json(f"{replay.url}/a")
