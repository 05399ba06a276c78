import numpy as np
import pandas as pd
import pytest
from dataquarry.errors import ToolError
from dataquarry.tools.synthesis.related import Link, make_related

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
