"""From a live record to a table: what is read, what is noted, what is refused."""

import gzip
import hashlib
import io
import json
import pickle
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from dataquarry import Copilot, Demand, Settings
from dataquarry.errors import ToolError
from dataquarry.retrieval.live.make import form_of, readable, record
from dataquarry.retrieval.live.opened import open_record
from dataquarry.retrieval.records import DataFile, Record
from dataquarry.tools.base import Work
from dataquarry.tools.load import load
from dataquarry.tools.proposals import approve_recommended
from dataquarry.tools.remote import Fetched, fetch_table

from .replay import Play, Replay, play_everything
from .test_sources import found

FRAME = pd.DataFrame({"time": range(100), "pm10": [hour % 7 for hour in range(100)]})
CSV = FRAME.to_csv(index=False).encode()


def parquet(frame: pd.DataFrame, **more) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, **more)
    return buffer.getvalue()


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return buffer.getvalue()


def quiet(*_: object) -> None:
    """Report nothing."""


def of_file(replay: Replay, name: str, content: bytes, **more) -> Record:
    """Return a Zenodo record of one file that the server has."""
    replay.on(f"/{name}", Play(content, **{k: more.pop(k) for k in ("ranges",) if k in more}))
    file = DataFile(url=f"{replay.url}/{name}", name=name, form=form_of(name), **more)
    return record(
        source="zenodo", native="1", title="Air", loadable=True, access="open", distribution=[file]
    )


def fetch(given: Record, settings: Settings) -> Fetched:
    return fetch_table(given, settings, quiet)


def named(value: object) -> str:
    """Name a case without its bytes, which hold the time and differ between test processes."""
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("air.csv", CSV),
        ("air.tsv", FRAME.to_csv(index=False, sep="\t").encode()),
        ("air.json", FRAME.to_json(orient="records").encode()),
        ("air.jsonl", FRAME.to_json(orient="records", lines=True).encode()),
        ("air.parquet", parquet(FRAME)),
        ("air.csv.gz", gzip.compress(CSV)),
        ("air.zip", zipped(air_csv=CSV, readme_pdf=b"%PDF")),
        ("air.csv", zipped(air_csv=CSV)),
    ],
    ids=["csv", "tsv", "json", "jsonl", "parquet", "gz", "zip", "zip by another name"],
)
def test_every_form_gives_the_same_table_and_its_hash(live, replay, name, content):
    got = fetch(of_file(replay, name, content), live)
    pd.testing.assert_frame_equal(got.frame, FRAME, check_dtype=False)
    assert got.files == [
        {
            "url": f"{replay.url}/{name}",
            "name": name,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "complete": True,
        }
    ]
    assert not got.notes


def test_an_excel_file_is_read(live, replay):
    buffer = io.BytesIO()
    FRAME.to_excel(buffer, index=False)
    got = fetch(of_file(replay, "air.xlsx", buffer.getvalue()), live)
    pd.testing.assert_frame_equal(got.frame, FRAME, check_dtype=False)


@pytest.mark.parametrize("name", ["air.csv", "air.jsonl", "air.parquet", "air.json"])
def test_the_row_limit_holds_and_is_told(live, replay, name):
    content = {
        "air.csv": CSV,
        "air.jsonl": FRAME.to_json(orient="records", lines=True).encode(),
        "air.parquet": parquet(FRAME, row_group_size=10),
        "air.json": FRAME.to_json(orient="records").encode(),
    }[name]
    got = fetch(of_file(replay, name, content), live.model_copy(update={"load_max_rows": 30}))
    pd.testing.assert_frame_equal(got.frame, FRAME.head(30), check_dtype=False)
    assert got.notes[0].startswith("These are the first 30 rows of a larger table, not a sample")


def test_a_table_of_just_as_many_rows_is_not_called_a_part(live, replay):
    got = fetch(of_file(replay, "air.csv", CSV), live.model_copy(update={"load_max_rows": 100}))
    assert (len(got.frame), got.notes) == (100, [])


def test_a_table_of_lines_beyond_the_byte_limit_ends_with_a_whole_row(live, replay):
    text = "time,words\n" + "".join(f'{n},"two\nlines, {n}"\n' for n in range(200))
    limited = live.model_copy(update={"load_max_bytes": 1007})
    got = fetch(of_file(replay, "air.csv", text.encode()), limited)
    whole = pd.read_csv(io.StringIO(text))
    pd.testing.assert_frame_equal(
        got.frame, whole.head(len(got.frame)), check_dtype=False, check_column_type=False
    )
    assert 20 < len(got.frame) < 60
    assert got.files[0]["complete"] is False
    assert "first" in got.notes[0]


def test_a_parquet_file_beyond_the_byte_limit_is_read_in_parts(live, replay):
    wide = pd.DataFrame({"n": range(20_000), "x": [hash(str(n)) % 10**9 for n in range(20_000)]})
    content = parquet(wide, row_group_size=1000)
    settings = live.model_copy(update={"load_max_bytes": len(content) // 2, "load_max_rows": 2500})
    given = of_file(replay, "air.parquet", content, ranges=True, bytes=len(content))
    got = fetch(given, settings)
    pd.testing.assert_frame_equal(got.frame, wide.head(2500))
    assert got.files[0]["bytes"] < len(content) // 2
    assert got.files[0]["sha256"] is None
    assert not got.files[0]["complete"]


def test_parts_of_one_split_are_put_together(live, replay):
    play_everything(replay)
    for place in (0, 1):
        part = FRAME.iloc[place * 50 : place * 50 + 50]
        replay.on(f"/files/train-{place}.parquet", Play(parquet(part, index=False)))
    given = found("huggingface", live)["harborlab/harbor-air-quality"]
    got = fetch(given, live)
    pd.testing.assert_frame_equal(got.frame, FRAME)
    assert len(got.files) == 2
    less = fetch(given, live.model_copy(update={"load_max_rows": 50}))
    assert len(less.files) == 1
    assert "first 50 rows" in less.notes[0]


def test_the_chosen_table_of_an_archive_is_told(live, replay):
    content = zipped(small_csv=b"a,b\n1,2\n", air_csv=CSV)
    got = fetch(of_file(replay, "air.zip", content), live)
    assert len(got.frame) == 100
    assert got.notes == ["air.csv was taken, one of 2 tables in air.zip."]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("air.csv", b"<!DOCTYPE html><p>Log in</p>", "is a web page"),
        ("air.csv", b"", "is empty"),
        ("air.csv", pickle.dumps({"a": 1}, protocol=4), "binary file and no table"),
        ("air.parquet", b"PAR1" + b"x" * 100, "damaged Parquet"),
        ("air.json", b'{"a": ', "not valid JSON"),
        ("air.zip", zipped(readme_pdf=b"%PDF"), "holds no table that can be read"),
        ("air.zip", zipped(inner_zip=zipped(air_csv=CSV)), "holds no table that can be read"),
        ("air.csv.gz", gzip.compress(CSV)[:-20], "damaged gzip"),
    ],
    ids=named,
)
def test_what_is_no_table_is_refused_in_words(live, replay, name, content, words):
    with pytest.raises(ToolError, match=words):
        fetch(of_file(replay, name, content), live)


def test_packed_files_that_unpack_to_too_much_are_refused(live, replay):
    settings = live.model_copy(update={"load_max_bytes": 10_000})
    for name, pack in (("air.csv.gz", gzip.compress), ("air.zip", lambda c: zipped(air_csv=c))):
        with pytest.raises(ToolError, match="unpacks to more than 100,000 bytes"):
            fetch(of_file(replay, name, pack(b"a,b\n" + b"1,2\n" * 100_000)), settings)


def test_pickles_are_no_form():
    names = ["a.pkl", "a.pickle", "a.npy", "a.npz", "a.pt", "a.joblib", "a.rds", "a.arff", "a.exe"]
    assert not readable([DataFile(url="", name=name, form=form_of(name)) for name in names])


@pytest.mark.parametrize(
    ("access", "words"),
    [("gated", "accept its terms"), ("manual", "--input"), ("key", "set the source's token")],
)
def test_what_needs_a_permission_says_which(live, replay, access, words):
    given = of_file(replay, "air.csv", CSV).model_copy(update={"access": access})
    with pytest.raises(ToolError, match=words):
        fetch(given, live)
    assert not replay.requests("/air.csv")


def test_a_token_is_sent_to_its_own_host_only(live, replay):
    from pydantic import SecretStr

    from .replay import serving

    with serving() as other:
        other.on("/air.csv", Play(CSV))
        hosts = f"{replay.host},{other.host}"
        settings = live.model_copy(
            update={
                "kaggle_username": "anna",
                "kaggle_key": SecretStr("k"),
                "live_private_hosts": hosts,
            }
        )
        for server in (replay, other):
            given = of_file(server, "air.csv", CSV)
            fetch(given.model_copy(update={"source": "kaggle"}), settings)
        assert "Authorization" in replay.requests("/air.csv")[0].headers
        assert "Authorization" not in other.requests("/air.csv")[0].headers


def test_the_load_tool_keeps_url_and_hash(live, replay):
    given = of_file(replay, "air.csv", CSV)
    hit = {"record": given.model_dump(mode="json"), "score": 1.0}
    work = Work(live, Demand(text="air"), facts={"search": {"hits": [hit]}})
    proposal = load.propose(work, {})
    assert "fetched over the network" in proposal.groups[0].evidence
    result = load.apply(work, proposal, approve_recommended(proposal, by="test"))
    digest = hashlib.sha256(CSV).hexdigest()
    assert result.data["record"]["provenance"]["files"][0]["sha256"] == digest
    origin = work.store.get(result.table).origin
    assert (origin.name, origin.sha256) == ("zenodo:1", digest)


def croissant_folder(folder: Path, link: str = "data/air.csv", sha256: str | None = None) -> Path:
    """Write a Croissant document with its table beside it."""
    document = json.loads((Path(__file__).parent / "fixtures" / "croissant.json").read_text())
    document["distribution"][1]["contentUrl"] = link
    document["distribution"][1]["sha256"] = sha256 or hashlib.sha256(CSV).hexdigest()
    (folder / "data").mkdir()
    (folder / "data" / "air.csv").write_bytes(CSV)
    path = folder / "croissant.json"
    path.write_text(json.dumps(document))
    return path


def test_a_croissant_document_of_this_machine_is_loaded(settings, tmp_path):
    given = open_record(str(croissant_folder(tmp_path)), settings)
    got = fetch(given, settings)
    pd.testing.assert_frame_equal(got.frame, FRAME)
    assert got.files[0]["complete"]


@pytest.mark.parametrize("link", ["../secret.csv", "/etc/passwd", "data/../../secret.csv"])
def test_a_croissant_document_reaches_no_file_outside_its_folder(settings, tmp_path, link):
    (tmp_path / "inner").mkdir()
    (tmp_path / "secret.csv").write_bytes(CSV)
    with pytest.raises(ToolError, match="outside its folder"):
        open_record(str(croissant_folder(tmp_path / "inner", link)), settings)


def test_a_croissant_document_of_the_web_reaches_no_file_of_this_machine(live, replay, tmp_path):
    path = croissant_folder(tmp_path)
    text = path.read_text().replace("data/air.csv", path.with_name("data").as_uri() + "/air.csv")
    replay.on("/croissant.json", Play(text.encode()))
    with pytest.raises(ToolError, match="no file of the web"):
        open_record(f"{replay.url}/croissant.json", live)


def test_a_croissant_table_with_another_hash_is_refused(settings, tmp_path):
    given = open_record(str(croissant_folder(tmp_path, sha256="0" * 64)), settings)
    with pytest.raises(ToolError, match="changed or damaged"):
        fetch(given, settings)


def test_a_table_in_an_archive_of_a_croissant_document_is_loaded(live, replay):
    document = json.loads((Path(__file__).parent / "fixtures" / "croissant.json").read_text())
    document["distribution"] = [
        {"@type": "cr:FileObject", "@id": "all", "name": "all.zip", "contentUrl": "all.zip"},
        {
            "@type": "cr:FileObject",
            "@id": "air.csv",
            "containedIn": {"@id": "all"},
            "contentUrl": "air.csv",
        },
    ]
    replay.on("/croissant.json", Play.json(document))
    replay.on("/all.zip", Play(zipped(zzz_csv=CSV * 3, air_csv=CSV)))
    given = open_record(f"{replay.url}/croissant.json", live)
    pd.testing.assert_frame_equal(fetch(given, live).frame, FRAME)


def test_a_model_cannot_have_an_address_fetched(live, replay):
    """The load tool's argument may come from a model: only what a person opened is read."""
    replay.on("/croissant.json", Play.fixture("croissant.json"))
    work = Work(live, Demand(text="air"))
    with pytest.raises(ToolError, match="is not open"):
        load.propose(work, {"dataset": f"{replay.url}/croissant.json"})
    assert not replay.asked


def test_a_run_starts_from_a_croissant_document(live, tmp_path):
    path = croissant_folder(tmp_path)
    run = Copilot(live).start("predict pm10", dataset=str(path))
    run.cancel()
    gone = tmp_path / "none.json"
    with pytest.raises(ToolError, match="There is no file"):
        Copilot(live).start("predict pm10", dataset=str(gone))
