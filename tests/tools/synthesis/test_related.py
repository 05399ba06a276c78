import numpy as np
import pandas as pd
import pytest
from dataquarry.errors import ToolError
from dataquarry.tools.synthesis.links import Link, find_links, parse_link
from dataquarry.tools.synthesis.related import make_related
from dataquarry.tools.synthesis.related_quality import report_related

LINKS = [
    Link(child="orders", column="customer", parent="customers", key="id"),
    Link(child="items", column="order", parent="orders", key="number"),
    Link(child="items", column="product", parent="products", key="sku"),
]


def shop() -> dict[str, pd.DataFrame]:
    """Return four tables; business customers order more, and for more money."""
    rng = np.random.default_rng(0)
    kind = rng.choice(["private", "business"], 200, p=[0.7, 0.3])
    customers = pd.DataFrame(
        {"id": np.arange(1000, 1200), "kind": kind, "age": 20 + rng.integers(0, 60, 200)}
    )
    owner = np.repeat(customers["id"].to_numpy(), np.where(kind == "business", 4, 1))
    business = np.isin(owner, customers["id"][kind == "business"])
    orders = pd.DataFrame({"number": [f"O{n:05d}" for n in range(len(owner))], "customer": owner})
    orders["total"] = np.round(np.where(business, 500, 50) * rng.uniform(0.8, 1.2, len(owner)), 2)
    orders["day"] = rng.integers(1, 365, len(owner))
    which = np.repeat(orders["number"].to_numpy(dtype=object), rng.integers(1, 4, len(owner)))
    products = pd.DataFrame({"sku": np.arange(40), "price": rng.uniform(1, 9, 40).round(2)})
    items = pd.DataFrame({"order": which, "product": rng.integers(0, 40, len(which))})
    items["quantity"] = rng.integers(1, 6, len(which))
    return {"customers": customers, "products": products, "orders": orders, "items": items}


@pytest.mark.parametrize("mode", ["fidelity", "private"])
def test_keys_fit_and_what_ties_the_tables_stays(mode: str) -> None:
    tables = shop()
    made = make_related(tables, LINKS, {"customers": 300, "products": 40}, seed=1, mode=mode)

    for name, frame in tables.items():
        assert list(made[name].columns) == list(frame.columns)
        assert dict(made[name].dtypes) == dict(frame.dtypes)
    for link in LINKS:
        assert set(made[link.child][link.column]) <= set(made[link.parent][link.key])
        assert not set(made[link.parent][link.key]) & set(tables[link.parent][link.key])
        assert made[link.parent][link.key].is_unique

    assert len(made["customers"]) == 300
    joined = made["orders"].merge(made["customers"], left_on="customer", right_on="id")
    totals = joined.groupby("kind")["total"].mean()
    assert totals["business"] > 5 * totals["private"]
    per_customer = joined.groupby("kind").size() / made["customers"]["kind"].value_counts()
    assert per_customer["business"] == pytest.approx(4, abs=0.2)
    assert per_customer["private"] == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("mode", ["fidelity", "private"])
def test_rows_of_a_child_are_not_copied(mode: str) -> None:
    tables = shop()
    if mode == "private":
        doors = range(len(tables["orders"]))
        tables["orders"]["note"] = [f"please ring twice at door {door}" for door in doors]
    made = make_related(tables, LINKS, {"customers": 200, "products": 40}, seed=2, mode=mode)

    real = tables["orders"].set_index(["total", "day"]).index
    assert not made["orders"].set_index(["total", "day"]).index.isin(real).any()
    if mode == "private":
        assert made["orders"]["note"].isna().all()


def test_a_table_of_nothing_but_keys_is_made() -> None:
    tables = shop()
    tables["customers"] = tables["customers"][["id"]]
    made = make_related(tables, LINKS[:1], {"customers": 90, "products": 40, "items": 60}, seed=4)
    assert len(made["customers"]) == 90
    assert set(made["orders"]["customer"]) <= set(made["customers"]["id"])


def test_columns_may_be_called_self() -> None:
    tables = shop()
    tables["customers"] = tables["customers"].rename(columns={"id": "self"})
    tables["orders"] = tables["orders"].rename(columns={"customer": "self"})
    links = [Link(child="orders", column="self", parent="customers", key="self")]
    made = make_related(tables, links, {"customers": 60, "products": 40, "items": 60})
    assert set(made["orders"]["self"]) <= set(made["customers"]["self"])


def test_the_same_seed_gives_the_same_tables() -> None:
    tables = shop()
    counts = {"customers": 50, "products": 40}
    first, second = (make_related(tables, LINKS, counts, seed=5) for _ in range(2))

    for name in tables:
        pd.testing.assert_frame_equal(first[name], second[name])


def test_links_that_do_not_fit_say_why() -> None:
    tables = shop()
    with pytest.raises(ToolError, match=r"A link names orders\.buyer, which does not exist"):
        make_related(tables, [LINKS[0].model_copy(update={"column": "buyer"})], {})
    with pytest.raises(ToolError, match=r"customers\.kind is no key"):
        make_related(tables, [LINKS[0].model_copy(update={"key": "kind"})], {})
    with pytest.raises(ToolError, match="Say how many rows to make for: products"):
        make_related(tables, LINKS, {"customers": 5})
    circle = Link(child="customers", column="age", parent="orders", key="number")
    with pytest.raises(ToolError, match="go in a circle"):
        make_related(tables, [*LINKS, circle], {"products": 5})


def test_links_are_found_in_names_and_values() -> None:
    assert set(find_links(shop())) == set(LINKS)


def test_a_likeness_of_numbers_alone_is_no_link() -> None:
    tables = {
        "people": pd.DataFrame({"id": range(40), "age": range(40)}),
        "rooms": pd.DataFrame({"id": range(100, 140), "seats": [1, 2, 3, 4] * 10}),
    }
    assert find_links(tables) == []


def test_of_two_tables_with_one_key_the_first_is_the_parent() -> None:
    tables = {
        "person": pd.DataFrame({"person_id": range(40), "age": range(40)}),
        "address": pd.DataFrame({"person_id": range(40), "town": ["Rome", "Oslo"] * 20}),
    }
    assert [str(link) for link in find_links(tables)] == ["address.person_id = person.person_id"]


def test_a_link_is_read_as_it_is_written() -> None:
    assert parse_link("orders.customer = customers.id") == LINKS[0]
    for wrong in ("orders.customer", "orders=customers", "a.b=c.d=e.f"):
        with pytest.raises(ToolError, match="is no link"):
            parse_link(wrong)


def test_every_table_is_measured_and_no_family_is_on_both_sides() -> None:
    found = report_related(shop(), LINKS, seed=3)
    assert found["products"] is None, "40 rows cannot give up rows to measure with"
    for name in ("customers", "orders", "items"):
        quality = found[name]
        assert quality is not None
        assert quality.shape > 0.8
        assert quality.holdout_rows < 0.4 * len(shop()[name])
    orders = found["orders"]
    assert orders is not None
    assert orders.copies <= orders.holdout_copies + 0.05


def test_a_table_too_small_to_learn_from_is_named() -> None:
    tables = shop() | {"products": shop()["products"].head(5)}
    with pytest.raises(ToolError, match=r"products needs .* rows .* Leave it out"):
        make_related(tables, LINKS, {"customers": 5, "products": 5})
