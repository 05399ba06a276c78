"""Each live source's client against the answers its service documents."""

import json

import pytest
from dataquarry import Demand, Settings
from dataquarry.errors import ToolError
from dataquarry.retrieval.live import SOURCES, chosen
from dataquarry.retrieval.live.base import LiveQuery
from dataquarry.retrieval.live.client import Client
from dataquarry.retrieval.live.opened import open_record, opened_record
from dataquarry.retrieval.records import Record
from pydantic import SecretStr

from .replay import Play, Replay, play_everything

DEMAND = Demand(text="hourly harbor air quality")


def found(name: str, settings: Settings, limit: int = 10) -> dict[str, Record]:
    """Return what a source finds, by native id."""
    (source,) = SOURCES[name](settings)
    client = Client(settings, 5.0)
    query = LiveQuery.of(DEMAND)
    return {record.native: record for record in source.search(query, limit, client)}


def test_hugging_face_tells_license_access_and_columns(live, replay):
    play_everything(replay)
    records = found("huggingface", live)
    air = records["harborlab/harbor-air-quality"]
    assert air.title == "Harbor Air Quality"
    assert air.license.spdx == "CC-BY-4.0"
    assert air.license.basis == "stated"
    assert (air.size.rows, air.size.columns) == (5500, 3)
    assert [column.name for column in air.columns] == ["time", "pm10", "ozone"]
    assert "<b>" not in air.description
    assert air.tasks == ["regression"]
    assert air.loadable
    assert "12,345 downloads" in air.provenance["popularity"]
    gated = records["harborlab/harbor-air-secret"]
    assert gated.access == "gated"
    assert not gated.loadable
    assert gated.license.spdx is None
    disabled = records["oldlab/harbor-air-legacy"]
    assert disabled.deprecation is not None
    assert disabled.deprecation.status == "withdrawn"
    assert not disabled.loadable
    assert not records["oldlab/harbor-photos"].loadable


def test_hugging_face_loads_the_train_split_of_the_default_configuration(live, replay):
    play_everything(replay)
    (source,) = SOURCES["huggingface"](live)
    record = found("huggingface", live)["harborlab/harbor-air-quality"]
    files = source.files(record, Client(live))
    assert [file.url for file in files] == [
        f"{replay.url}/files/train-0.parquet",
        f"{replay.url}/files/train-1.parquet",
    ]


def test_hugging_face_sends_its_token_and_opens_what_is_gated(live, replay):
    play_everything(replay)
    settings = live.model_copy(update={"huggingface_token": SecretStr("t0ken")})
    records = found("huggingface", settings)
    assert records["harborlab/harbor-air-secret"].loadable
    sent = {each.headers.get("Authorization") for each in replay.requests("/api/datasets")}
    assert sent == {"Bearer t0ken"}


def test_openml_matches_names_and_describes_what_it_found(live, replay):
    play_everything(replay)
    records = found("openml", live)
    assert list(records) == ["901", "903"]
    air = records["901"]
    assert (air.size.rows, air.size.columns) == (5500, 6)
    assert air.license.spdx == "CC-BY-4.0"
    assert air.provenance["target"] == "pm10"
    assert [(c.name, c.role) for c in air.columns] == [
        ("hour", "id"),
        ("wind", None),
        ("pm10", "target"),
    ]
    assert air.loadable
    assert [file.form for file in air.distribution] == ["parquet", None]
    assert not records["903"].loadable


def test_uci_states_no_license_and_offers_a_table(live, replay):
    play_everything(replay)
    air = found("uci", live)["777"]
    assert air.license.basis == "unknown"
    assert air.size.rows == 5500
    assert {column.name: column.role for column in air.columns} == {
        "time": "feature",
        "pm10": "target",
    }
    assert air.same_as == ["https://doi.org/10.24432/c5harbor"]
    assert air.loadable


def test_zenodo_keeps_license_files_and_restriction(live, replay):
    play_everything(replay)
    records = found("zenodo", live)
    air = records["4242"]
    assert air.license.spdx == "CC-BY-NC-4.0"
    assert "script" not in air.description
    assert "alert" not in air.description
    assert [file.form for file in air.distribution] == [None, "csv"]
    assert air.distribution[1].md5 == "2" * 32
    assert records["4343"].access == "gated"
    assert records["4343"].license.basis == "unknown"


def test_datacite_takes_the_license_among_rights(live, replay):
    play_everything(replay)
    records = found("datacite", live)
    air = records["10.24432/c5harbor"]
    assert air.license.spdx == "CC-BY-4.0"
    assert air.date == "2019"
    assert air.access == "manual"
    (source,) = SOURCES["datacite"](live)
    with pytest.raises(ToolError, match=r"archive\.ics\.uci\.edu"):
        source.files(air, Client(live))


def test_data_gov_reads_dcat_and_sends_its_key(live, replay):
    play_everything(replay)
    settings = live.model_copy(update={"datagov_key": SecretStr("k3y")})
    records = found("datagov", settings)
    air = records["harbor-air-hourly"]
    assert air.license.spdx is None
    assert air.license.raw.startswith("public domain")
    assert [file.form for file in air.distribution] == ["csv"]
    assert air.creators == ["Port Authority"]
    assert air.loadable
    assert records["harbor-staff"].access == "manual"
    assert replay.requests("/datagov/search")[0].headers["X-Api-Key"] == "k3y"
    assert open_record("datagov:harbor-air-hourly", settings).title == "Harbor air, hourly"


def test_data_gov_is_paged_by_its_cursor(live, replay):
    play_everything(replay)
    page = Play.fixture("datagov.json").body
    more = page.replace(b'"after": null', b'"after": "abc"')
    second = page.replace(b"harbor-", b"port-")
    replay.on("/datagov/search", Play(more), Play(second))
    assert len(found("datagov", live)) == 4
    assert replay.requests("/datagov/search")[1].query["after"] == ["abc"]


def test_ckan_reads_the_word_for_no_license(live, replay):
    play_everything(replay)
    records = {r.title: r for r in found("ckan", live).values()}
    hourly = records["Harbor Air Quality, Hourly Values"]
    assert hourly.license.spdx == "CC0-1.0"
    assert hourly.loadable
    assert records["Harbor Air Map"].license.basis == "unknown"
    assert not records["Harbor Air Map"].loadable


def test_ckan_reports_what_the_portal_reports(live, replay):
    replay.on(
        "/api/3/action/package_search", Play.json({"success": False, "error": {"message": "No"}})
    )
    with pytest.raises(ToolError, match="reports an error: No"):
        found("ckan", live)


def test_dataverse_leaves_restricted_files_out(live, replay):
    play_everything(replay)
    (survey,) = found("dataverse", live).values()
    assert survey.license.spdx == "CC0-1.0"
    assert [file.name for file in survey.distribution] == ["survey.tab"]
    assert survey.loadable


def test_kaggle_is_asked_only_by_name_and_with_a_key(live, replay):
    play_everything(replay)
    assert "kaggle" not in chosen(live.model_copy(update={"live_sources": "all"}))
    with pytest.raises(ToolError, match="KAGGLE_KEY"):
        SOURCES["kaggle"](live)
    settings = live.model_copy(
        update={"kaggle_username": "anna", "kaggle_key": SecretStr("k"), "live_sources": "kaggle"}
    )
    assert chosen(settings) == ["kaggle"]
    (air,) = found("kaggle", settings).values()
    assert air.license.spdx == "CC0-1.0"
    (sent,) = replay.requests("/kaggle/api/v1/datasets/list")
    assert sent.headers["Authorization"] == "Basic YW5uYTpr"


def test_croissant_by_address(live, replay):
    play_everything(replay)
    settings = live.model_copy(update={"croissant_urls": f"{replay.url}/croissant.json"})
    (air,) = found("croissant", settings).values()
    assert air.license.spdx == "CC-BY-SA-4.0"
    assert [column.name for column in air.columns] == ["time", "pm10"]
    assert air.distribution[0].url == f"{replay.url}/data/air.csv"
    assert air.distribution[0].bytes == 1024
    assert air.loadable


def test_pages_are_followed_until_there_are_enough(live, replay):
    hits = Play.fixture("zenodo.json").body.decode()
    first = hits.replace('"self": "{base}/api/records"', '"next": "{base}/api/records?page=2"')
    second = hits.replace("4242", "5252").replace("4343", "5353")
    replay.on("/api/records", Play(first.encode()), Play(second.encode()))
    assert list(found("zenodo", live)) == ["4242", "4343", "5252", "5353"]


def test_the_next_page_of_a_link_header_is_followed(live, replay):
    page = Play.fixture("huggingface_list.json")
    link = {"Link": '<{base}/api/datasets?cursor=abc>; rel="next"'}
    more = Play(page.body.replace(b"harborlab", b"secondlab"))
    replay.on("/api/datasets", Play(page.body, headers=link), more)
    records = found("huggingface", live, limit=6)
    assert "secondlab/harbor-air-quality" in records
    assert len(records) == 6
    assert replay.requests("/api/datasets")[1].query["cursor"] == ["abc"]


ONE = {
    "huggingface": (
        "harborlab/harbor-air-quality",
        "/api/datasets/{}",
        "huggingface_list.json",
        [0],
    ),
    "openml": ("901", "/api/v1/json/data/{}", "openml_data.json", []),
    "uci": ("777", "/api/dataset", "uci_dataset.json", []),
    "zenodo": ("4242", "/api/records/{}", "zenodo.json", ["hits", "hits", 0]),
    "kaggle": ("anna/harbor-air", "/kaggle/api/v1/datasets/view/{}", "kaggle.json", [0]),
}
"""For each source: an id, the path of its page, and where the fixture has its record."""


def play_one(replay: Replay, path: str, fixture: str, place: list) -> None:
    data = json.loads(Play.fixture(fixture).body)
    for step in place:
        data = data[step]
    replay.on(path, Play.json(data))


@pytest.mark.parametrize("name", ONE)
def test_one_record_by_its_id(live, replay, name):
    native, path, fixture, place = ONE[name]
    play_everything(replay)
    play_one(replay, path.format(native), fixture, place)
    settings = live.model_copy(update={"kaggle_username": "anna", "kaggle_key": SecretStr("k")})
    record = open_record(f"{name}:{native}", settings)
    assert record.id == f"{name}:{native}"
    assert record.loadable
    assert opened_record(record.id, settings) == record


def test_one_record_of_sources_with_several_hosts(live, replay):
    play_everything(replay)
    ckan = json.loads(Play.fixture("ckan.json").body)["result"]["results"][0]
    replay.on("/api/3/action/package_show", Play.json({"success": True, "result": ckan}))
    hourly = open_record("ckan:127.0.0.1/harbor-air-quality-hourly", live)
    assert hourly.loadable
    survey = open_record("dataverse:127.0.0.1/10.7910/dvn/harbor", live)
    assert survey.license.spdx == "CC0-1.0"
    asked = replay.requests("/dataverse/api/search")[0].query["q"]
    assert asked == ['dsPersistentId:"doi:10.7910/dvn/harbor"']
    with pytest.raises(ToolError, match="name no live source ckan"):
        open_record("ckan:other.example.org/x", live)


def test_an_id_that_nobody_has_is_told(live, replay):
    with pytest.raises(ToolError, match="no such page"):
        open_record("zenodo:99", live)
    replay.on("/api/dataset", Play.json({"status": 404}, 404))
    with pytest.raises(ToolError, match="describes no dataset '99'"):
        open_record("uci:99", live)
    with pytest.raises(ToolError, match="no id of a live source"):
        open_record("nowhere:99", live)
