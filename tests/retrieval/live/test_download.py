"""Downloads: limits, resuming, checks."""

import hashlib
import os
import time

import pytest
from dataquarry import Settings
from dataquarry.errors import ToolError
from dataquarry.retrieval.live.client import Client
from dataquarry.retrieval.live.download import Limits, TooLarge, downloaded
from dataquarry.retrieval.live.faults import SourceFault
from dataquarry.retrieval.live.ranged import RangeFile
from dataquarry.retrieval.records import DataFile
from filelock import FileLock

from .replay import Play, Replay

CONTENT = b"time,pm10\n" + b"".join(b"%d,%d\n" % (hour, hour % 7) for hour in range(500))
PLENTY = Limits(bytes=1_000_000, rows=1_000_000)
VERSION = {"ETag": '"v1"'}


def silent(*_: object) -> None:
    """Report nothing."""


def a_file(replay: Replay, **more) -> DataFile:
    return DataFile(url=f"{replay.url}/air.csv", name="air.csv", form="csv", **more)


def get(file: DataFile, live: Settings, limits: Limits = PLENTY) -> tuple[bytes, int]:
    with downloaded(file, Client(live), limits, silent) as got:
        content = got.path.read_bytes()
        assert got.sha256 == hashlib.sha256(content).hexdigest()
        assert got.bytes == len(content)
    assert not got.path.exists(), "what was read is deleted"
    return content, got.resumed


def test_a_file_is_taken_whole_and_its_hash_told(live, replay):
    replay.on("/air.csv", Play(CONTENT))
    assert get(a_file(replay), live) == (CONTENT, 0)


def test_a_broken_download_goes_on_where_it_broke(live, replay):
    cut = Play(CONTENT, headers=VERSION, cut=300, ranges=True)
    replay.on("/air.csv", cut, Play(CONTENT, headers=VERSION, ranges=True))
    content, _ = get(a_file(replay), live)
    assert content == CONTENT
    second = replay.requests("/air.csv")[1].headers
    assert second["Range"] == "bytes=300-"
    assert second["If-Range"] == '"v1"'


def test_the_next_run_goes_on_too(live, replay):
    replay.on("/air.csv", Play(CONTENT, headers=VERSION, cut=300, ranges=True))
    replay.plays["/air.csv"] += [Play(b"", 403)]
    with pytest.raises(SourceFault, match="403"):
        get(a_file(replay), live)
    replay.on("/air.csv", Play(CONTENT, headers=VERSION, ranges=True))
    assert get(a_file(replay), live) == (CONTENT, 300)


@pytest.mark.parametrize(
    "again",
    [
        Play(CONTENT, headers={"ETag": '"v2"'}),
        Play(CONTENT, headers={"ETag": 'W/"v1"'}),
        Play(CONTENT, 206, {"Content-Range": f"bytes 7-99/{len(CONTENT)}"}),
    ],
    ids=["new version", "weak tag", "another part"],
)
def test_a_file_that_changed_is_begun_anew(live, replay, again):
    replay.on("/air.csv", Play(b"x" * 900, headers=VERSION, cut=300), again)
    content, resumed = get(a_file(replay), live)
    assert content == CONTENT
    assert resumed == 0


def test_a_part_beyond_the_end_is_begun_anew(live, replay):
    cut = Play(b"x" * 900, headers=VERSION, cut=800)
    replay.on("/air.csv", cut, Play(b"", 416), Play(CONTENT, headers=VERSION))
    assert get(a_file(replay), live)[0] == CONTENT
    assert "Range" not in replay.requests("/air.csv")[2].headers


def test_a_file_that_always_breaks_is_told_with_its_host(live, replay, monkeypatch):
    monkeypatch.setattr("dataquarry.retrieval.live.download._PAUSE", 0.0)
    replay.on("/air.csv", Play(CONTENT, cut=300))
    with pytest.raises(SourceFault, match=r"air\.csv from 127\.0\.0\.1: its answer was cut off"):
        get(a_file(replay), live)


def test_another_hash_than_stated_is_refused(live, replay):
    replay.on("/air.csv", Play(CONTENT))
    right = hashlib.md5(CONTENT).hexdigest()
    assert get(a_file(replay, md5=right), live)[0] == CONTENT
    for stated in ({"sha256": "0" * 64}, {"md5": "0" * 32}):
        with pytest.raises(ToolError, match="changed or damaged; nothing was loaded"):
            get(a_file(replay, **stated), live)
    assert not list((live.home / "cache" / "downloads").glob("*.part"))


def test_a_file_of_lines_ends_at_the_row_limit(live, replay):
    replay.on("/air.csv", Play(CONTENT * 2000))
    with downloaded(a_file(replay), Client(live), Limits(10**9, 50), silent) as got:
        assert not got.complete
        assert got.bytes < len(CONTENT) * 100


def test_a_file_of_lines_ends_at_the_byte_limit(live, replay):
    replay.on("/air.csv", Play(CONTENT))
    with downloaded(a_file(replay), Client(live), Limits(1000, 10**6), silent) as got:
        assert (got.bytes, got.complete) == (1000, False)


@pytest.mark.parametrize("stated", [True, False])
def test_any_other_file_beyond_the_limit_is_refused(live, replay, stated):
    replay.on("/air.zip", Play(b"PK\x03\x04" + b"x" * 5000, drip=0 if stated else 0.001))
    file = DataFile(url=f"{replay.url}/air.zip", name="air.zip", form="zip" if stated else "csv")
    with pytest.raises(TooLarge, match="DATAQUARRY_LOAD_MAX_BYTES"):
        get(file, live, Limits(1000, 10**6))


def test_two_runs_do_not_write_one_file(live, replay):
    replay.on("/air.csv", Play(CONTENT))
    folder = live.home / "cache" / "downloads"
    folder.mkdir(parents=True)
    key = hashlib.sha256(a_file(replay).url.encode()).hexdigest()[:32]
    with (
        FileLock(folder / f"{key}.lock"),
        pytest.raises(ToolError, match="being downloaded by another run"),
    ):
        get(a_file(replay), live)


def test_progress_is_told_and_may_stop_it(live, replay):
    replay.on("/air.csv", Play(CONTENT))
    told: list[str] = []

    def report(words: str, share: float | None = None) -> None:
        told.append(words)
        raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        downloaded(a_file(replay), Client(live), PLENTY, report),
    ):
        pass
    assert told[0].startswith("Downloading air.csv")


def test_what_nobody_went_on_with_is_deleted_after_a_week(live, replay):
    replay.on("/air.csv", Play(CONTENT))
    folder = live.home / "cache" / "downloads"
    folder.mkdir(parents=True)
    for name, days in (("old.part", 8), ("new.part", 6)):
        (folder / name).write_bytes(b"x")
        then = time.time() - days * 24 * 3600
        os.utime(folder / name, (then, then))
    get(a_file(replay), live)
    assert [path.name for path in folder.glob("*.part")] == ["new.part"]


def test_a_private_address_is_refused(live, replay):
    replay.on("/air.csv", Play(b"", 302, {"Location": "http://169.254.169.254/latest"}))
    with pytest.raises(SourceFault, match="private address"):
        get(a_file(replay), live)


def test_parts_of_a_file_are_read_where_they_are_needed(live, replay):
    replay.on("/air.csv", Play(CONTENT, ranges=True))
    file = RangeFile(f"{replay.url}/air.csv", Client(live), 1000)
    assert file.size == len(CONTENT)
    file.seek(-6, 2)
    assert file.read() == CONTENT[-6:]
    file.seek(0)
    assert file.read(9) == b"time,pm10"
    assert file.taken == 16
    with pytest.raises(SourceFault, match="more than 1,000 bytes"):
        file.read()


def test_a_server_without_ranges_is_told(live, replay):
    replay.on("/air.csv", Play(CONTENT))
    with pytest.raises(SourceFault, match="gives no parts"):
        RangeFile(f"{replay.url}/air.csv", Client(live), 1000)
