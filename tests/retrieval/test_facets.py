"""Filtering all records at once gives the same as judging each."""

import numpy as np
import pytest
from dataquarry import Demand
from dataquarry.retrieval.constraints import unmet
from dataquarry.retrieval.facets import Facets
from dataquarry.retrieval.records import License, Record, Size
from hypothesis import given
from hypothesis import strategies as st

_LICENSES = (
    License(),
    License(spdx="CC-BY-NC-4.0", raw="cc-by-nc-4.0", basis="stated"),
    License(spdx="MIT", raw="mit", basis="stated"),
    License(raw="ask us", basis="stated"),
    License(spdx="CC-BY-ND-4.0", raw="cc-by-nd-4.0", basis="stated"),
)
_RECORDS = st.builds(
    Record,
    id=st.just("s:a"),
    source=st.just("s"),
    native=st.just("a"),
    title=st.just("A"),
    license=st.sampled_from(_LICENSES),
    size=st.builds(Size, rows=st.none() | st.integers(0, 50)),
    modalities=st.lists(st.sampled_from(["text", "image", "tabular"]), max_size=2, unique=True),
    languages=st.lists(st.sampled_from(["en", "de", "fr"]), max_size=2, unique=True),
    date=st.none() | st.sampled_from(["2001", "2004-05-01", "in May"]),
)
_DEMANDS = st.builds(
    Demand,
    text=st.just("anything"),
    min_rows=st.none() | st.integers(0, 50),
    max_rows=st.none() | st.integers(0, 50),
    license=st.sampled_from(["any", "stated", "commercial", "open"]),
    modality=st.none() | st.sampled_from(["text", "image", "audio"]),
    languages=st.lists(st.sampled_from(["en", "de", "es"]), max_size=2, unique=True),
    min_year=st.none() | st.integers(2000, 2005),
    max_year=st.none() | st.integers(2000, 2005),
)


@given(st.lists(_RECORDS, min_size=1, max_size=8), _DEMANDS)
def test_allowed_are_exactly_the_records_that_break_nothing(records, demand):
    allowed = Facets.build(records).allowed(demand)
    assert allowed.tolist() == [not unmet(record, demand) for record in records]


@pytest.mark.parametrize("count", [0, 3])
def test_facets_are_read_back_as_written(tmp_path, count):
    made = Record(id="s:a", source="s", native="a", title="A", modalities=["text"])
    facets = Facets.build([made] * count)
    facets.write(tmp_path)
    again = Facets.read(tmp_path)
    for name, value in vars(facets).items():
        assert np.array_equal(getattr(again, name), value), name
