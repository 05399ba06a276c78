"""Weighted sums: what they are made of is found again, on rows they were not fitted on."""

import numpy as np
import pandas as pd
import pytest
from dataquarry.tools.features.base import sort_columns, training_rows
from dataquarry.tools.features.linear import candidates, fit_sum
from dataquarry.tools.features.products import factors_of, strongest_pairs


def yards(rows=400, seed=0):
    """A price to which the floor counts in one town only."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "floor": random.normal(120, 30, rows),
            "yard": random.normal(9, 2, rows),
            "town": random.choice(["Ash", "Elm", "Oak"], rows),
        }
    )
    counted = (frame["floor"] - 120) * (frame["town"] == "Elm")
    return frame.assign(price=500 + 10 * frame["yard"] + counted + random.normal(0, 1, rows))


def fit(frame, products, target="price"):
    training = training_rows(frame, target, "regression")
    return fit_sum(training, ["floor", "yard"], ["town"], "s", products=products)


def rest(operation, frame):
    return float(np.std(frame["price"] - operation.compute(frame)["s"]))


def test_a_product_of_a_number_and_a_category_is_found_and_holds_on_new_rows():
    without, with_products = fit(yards(), 0), fit(yards(), 2)
    first = with_products.products[0]
    assert {first.left.column, first.right.column} == {"floor", "town"}
    assert "'town' = 'Elm' with 'floor'" in with_products.formula()
    new = yards(seed=1)
    assert rest(with_products, new) < 0.5 * rest(without, new)


def test_a_row_far_out_counts_as_two_spreads_and_a_missing_one_as_the_middle():
    frame = yards()
    operation = fit(frame, 2)
    product = next(p for p in operation.products if "town" in (p.left.column, p.right.column))
    factor = product.left if product.left.column == "floor" else product.right
    frame = pd.DataFrame({"floor": [1e9, -1e9, np.nan, frame["floor"].mean()]})
    assert factor.values(frame) == pytest.approx([2, -2, 0, 0])


def test_products_are_ranked_by_what_they_explain_of_what_is_left():
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(500, 4)), columns=list("abcd"))
    left_over = 2 * frame["a"] * frame["c"] + frame["b"] * frame["d"]
    factors = factors_of(frame, list("abcd"), {})
    pairs = strongest_pairs(factors, left_over.to_numpy(), 2)
    assert [{p.left.column, p.right.column} for p in pairs] == [{"a", "c"}, {"b", "d"}]


def test_columns_whose_products_do_not_vary_give_none():
    frame = pd.DataFrame({"a": [1.0] * 30, "town": ["Ash"] * 30})
    factors = factors_of(frame, ["a"], {"town": {"Ash": np.ones(30)}})
    assert strongest_pairs(factors, np.arange(30.0), 5) == []
    assert strongest_pairs([], np.arange(30.0), 5) == []


def test_two_levels_of_one_category_make_no_product():
    frame = yards()
    found = fit(frame, 10).products
    same = [p for p in found if p.left.column == p.right.column == "town"]
    assert all(p.left.level == p.right.level for p in same)


def offered(frame):
    training = training_rows(frame, "price", "regression")
    found = candidates(training, sort_columns(frame, "price"))
    return [c.title for c in found if c.title.endswith("products")]


def test_products_estimate_the_logarithm_where_the_target_is_skewed():
    frame = yards()
    names = ["weighted_sum_and_products", "sum_of_curves_and_products"]
    assert offered(frame) == names
    skewed = frame.assign(price=np.exp(frame["price"] / 60))
    assert offered(skewed) == [f"log_{name}" for name in names]


def test_products_are_offered_with_the_shape_that_they_help():
    random = np.random.default_rng(2)
    frame = pd.DataFrame(random.normal(size=(400, 2)), columns=["a", "b"])
    bent = frame.assign(price=np.abs(frame["a"]) + random.normal(0, 0.1, 400))
    assert offered(bent) == ["weighted_sum_and_products"]


def test_products_are_not_offered_where_they_fit_chance():
    plain = yards()
    plain["price"] = 10 * plain["yard"] + np.random.default_rng(1).normal(0, 5, len(plain))
    assert offered(plain) == []
    assert offered(yards(rows=40)) == []


def test_products_of_very_many_values_are_not_tried():
    frame = yards(rows=1000)
    frame["street"] = [f"street {i % 200}" for i in range(1000)]
    assert offered(frame) != []
    for place in range(2):
        frame[f"owner_{place}"] = [f"owner {(i + place) % 190}" for i in range(1000)]
    assert offered(frame) == []
