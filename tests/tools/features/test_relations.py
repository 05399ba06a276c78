"""Joins and past aggregates see nothing later than the cut-off; leaks are named with reasons."""

import numpy as np
import pandas as pd
from dataquarry.tools.features.leaks import find_leaks, looks_ahead
from dataquarry.tools.features.relational import join_tables
from dataquarry.tools.features.relations import apply_join, find_joins, past_aggregate
from hypothesis import given, settings
from hypothesis import strategies as st

START = pd.Timestamp("2024-01-01", tz="UTC")


def trips(rows=400, seed=0):
    random = np.random.default_rng(seed)
    due = START + pd.to_timedelta(np.sort(random.integers(0, 30 * 24 * 60, rows)), unit="min")
    delay = random.normal(0, 20, rows).round()
    cancelled = random.random(rows) < 0.1
    frame = pd.DataFrame(
        {
            "due": due,
            "stop": random.choice(["ABC", "DEF", "GHI"], rows),
            "sched_minute": due.hour * 60 + due.minute,
            "left_minute": np.where(cancelled, np.nan, due.hour * 60 + due.minute + delay),
            "length": random.integers(1, 100, rows),
        }
    )
    known = frame["due"] + pd.to_timedelta(np.where(cancelled, np.nan, 30.0), unit="min")
    return frame.assign(known_at=known, late=np.where(cancelled, np.nan, delay > 10))


def stops():
    return pd.DataFrame({"code": ["ABC", "DEF", "GHI"], "height": [1.0, 2.0, 3.0]})


def weather():
    hours = START + pd.to_timedelta(np.arange(30 * 24), unit="h")
    parts = [
        pd.DataFrame({"stop": s, "hour": hours, "rain": np.arange(720.0)}) for s in stops()["code"]
    ]
    return pd.concat(parts, ignore_index=True)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(["2h", "1D", "7D"]))
def test_past_aggregates_equal_a_plain_loop_over_the_known_past(seed, window):
    frame = trips(40, seed)
    value, span = frame["late"].to_numpy(float), pd.Timedelta(window)
    mean, count = past_aggregate(
        frame, ["stop"], value, cutoff="due", known="known_at", window=span
    )
    for row in range(len(frame)):
        due = frame["due"][row]
        past = (
            (frame["stop"] == frame["stop"][row])
            & (frame["known_at"] <= due)
            & (frame["known_at"] > due - span)
        )
        expected = frame.loc[past, "late"].dropna()
        assert count[row] == len(expected)
        assert np.isclose(mean[row], expected.mean(), equal_nan=True)


def test_joins_are_found_from_values_and_keep_rows():
    main = trips()
    joins = find_joins(main, {"stops": stops(), "weather": weather()}, "due")
    assert [(j.table, j.left_on, j.right_on, j.times) for j in joins] == [
        ("stops", "stop", "code", None),
        ("weather", "stop", "stop", ("due", "hour")),
    ]
    joined = apply_join(main, stops(), joins[0])
    assert (
        joined["stop_stops_height"].tolist()
        == main["stop"].map(dict(zip(stops()["code"], stops()["height"], strict=True))).tolist()
    )
    dated = apply_join(main, weather(), joins[1])
    hours = (main["due"] - START) // pd.Timedelta("1h")
    assert dated["weather_rain"].tolist() == hours.tolist()


def test_what_is_recorded_with_the_outcome_is_refused_with_the_reason():
    leaks = find_leaks(trips().drop(columns="known_at"), "late", "classification")
    assert [(leak.column, leak.verdict) for leak in leaks] == [("left_minute", "refuse")]
    assert "recorded with the outcome" in leaks[0].reason


def test_a_later_reading_is_refused_where_no_row_is_missing():
    frame = trips().dropna(subset=["late"]).drop(columns="known_at")
    leak = find_leaks(frame, "late", "classification")[0]
    assert (leak.column, leak.verdict) == ("left_minute", "refuse")
    assert "follows 'sched_minute'" in leak.reason


def test_honest_columns_are_no_leaks():
    frame = trips()[["stop", "length", "sched_minute", "late"]]
    assert find_leaks(frame, "late", "classification") == []


def test_an_aggregate_of_later_rows_is_flagged_and_one_of_earlier_rows_is_not():
    moments = pd.Series(pd.date_range("2024-01-01", periods=4, freq="6h"))
    leak = looks_ahead("daily mean", moments, pd.Series([moments[3]] * 4))
    assert leak is not None
    assert "75%" in leak.reason
    assert looks_ahead("so far", moments, moments) is None


def test_joined_tables_hold_no_leak_and_no_moment():
    found = join_tables(
        trips(),
        {"stops": stops(), "weather": weather()},
        "late",
        cutoff="due",
        known="known_at",
        report=lambda message, share=None: None,
    )
    assert [leak.column for leak in found.refused] == ["left_minute"]
    assert [leak.column for leak in found.flagged] == ["same-day mean of weather"]
    assert not {"left_minute", "due", "known_at"} & set(found.frame.columns)
    assert {"past_late_stop_1D", "weather_rain", "stop_stops_height"} <= set(found.frame.columns)
    assert len(found.frame) == len(trips())
