"""Rows of another table count only when they were known by the cut-off."""

import numpy as np
import pandas as pd
from dataquarry.tools.features.children import aggregate_children, find_children
from dataquarry.tools.features.relational import join_tables
from hypothesis import given, settings
from hypothesis import strategies as st

START = pd.Timestamp("2024-01-01", tz="UTC")


def orders(rows=300, seed=0):
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer": random.choice(list("abcdefgh"), rows),
            "at": START + pd.to_timedelta(random.integers(0, 30 * 24, rows), unit="h"),
            "amount": np.where(random.random(rows) < 0.1, np.nan, random.uniform(1, 9, rows)),
        }
    )


def questions(rows=60, seed=0):
    random = np.random.default_rng(seed)
    due = START + pd.to_timedelta(random.integers(0, 30 * 24, rows), unit="h")
    frame = pd.DataFrame({"customer": random.choice(list("abcdefxy"), rows), "due": due})
    return frame.assign(buys=random.random(rows) < 0.5)


def by_hand(row, frame, use_time):
    mine = frame[frame["customer"] == row["customer"]]
    return mine[mine["at"] <= row["due"]] if use_time else mine


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.booleans())
def test_counts_and_means_equal_a_plain_loop(seed, use_time):
    main, right = questions(seed=seed), orders(seed=seed + 1)
    [join] = find_children(main, {"orders": right}, "due" if use_time else None)
    assert join.times == (("due", "at") if use_time else None)
    made = aggregate_children(main, right, join)
    for place, row in main.iterrows():
        mine = by_hand(row, right, use_time)
        assert made["orders_rows"][place] == len(mine)
        expected = mine["amount"].mean()
        assert np.allclose(made["orders_mean_amount"][place], expected, equal_nan=True)


def test_a_table_without_moments_is_flagged_where_there_is_a_cutoff():
    right = orders().drop(columns="at")
    joined = join_tables(questions(), {"orders": right}, "buys", cutoff="due")
    assert {"orders_rows", "orders_mean_amount"} <= set(joined.frame.columns)
    [flag] = [leak for leak in joined.flagged if leak.column == "rows of orders"]
    assert "no moments" in flag.reason
    assert "orders_mean_amount" in joined.frame.columns


def test_without_a_cutoff_dates_stay_and_no_target_is_counted():
    joined = join_tables(questions(), {"orders": orders()}, "buys")
    assert "due" in joined.frame.columns
    assert not [c for c in joined.frame.columns if c.startswith("past_")]
    assert joined.children[0].counted().startswith("Count and average the rows of 'orders'")
