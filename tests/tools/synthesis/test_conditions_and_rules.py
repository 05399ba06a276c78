import json

import numpy as np
import pandas as pd
import pytest
from dataquarry.errors import NotApplicable, ToolError
from dataquarry.tools.operations import parse_operation
from dataquarry.tools.operations.synthetic import AppendSyntheticRows
from dataquarry.tools.synthesis import propose_synthesis
from dataquarry.tools.synthesis.columns import describe_columns
from dataquarry.tools.synthesis.conditions import meeting, parse_conditions
from dataquarry.tools.synthesis.constraints import Constraint, find_constraints
from dataquarry.tools.synthesis.generate import GENERATORS, make_rows
from dataquarry.tools.tables import parquet_bytes


def orders(rows: int = 400) -> pd.DataFrame:
    """Return orders in which a total, an order of dates and a dependency hold."""
    rng = np.random.default_rng(3)
    net = np.round(rng.gamma(2, 40, rows), 2)
    tax = np.round(net * rng.choice([0.07, 0.19], rows), 2)
    sent = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 60, rows), "D")
    city = rng.choice(["Utrecht", "Delft", "Ghent"], rows, p=[0.5, 0.3, 0.2])
    country = np.where(city == "Ghent", "BE", "NL")
    return pd.DataFrame(
        {
            "net": net,
            "tax": tax,
            "gross": np.round(net + tax, 2),
            "sent": sent,
            "arrived": sent + pd.to_timedelta(rng.integers(0, 10, rows), "D"),
            "city": city,
            "country": country,
            "returned": rng.random(rows) < np.where(city == "Ghent", 0.4, 0.1),
        }
    )


def test_rules_are_found_with_nothing_beside_them() -> None:
    frame = orders()
    found = {str(rule) for rule in find_constraints(frame, describe_columns(frame))}

    assert found == {"net + tax = gross", "sent <= arrived", "city determines country"}


@pytest.mark.parametrize("mode", ["fidelity", "private"])
@pytest.mark.parametrize("method", ["cart", "copula"])
def test_rules_hold_in_every_new_row(mode: str, method: str) -> None:
    frame = orders()
    rules = find_constraints(frame, describe_columns(frame))
    made = make_rows(frame, 300, seed=1, mode=mode, method=method, constraints=rules)

    assert np.allclose(made["net"] + made["tax"], made["gross"], atol=0.005)
    assert (made["sent"] <= made["arrived"]).all()
    pairs = set(zip(made["city"], made["country"], strict=True))
    assert pairs <= set(zip(frame["city"], frame["country"], strict=True))
    assert dict(made.dtypes) == dict(frame.dtypes)


def test_unique_columns_are_kept_unique() -> None:
    frame = pd.DataFrame({"a": np.arange(400) % 20, "b": np.arange(400) // 20})
    frame = frame.sample(200, random_state=0).reset_index(drop=True)
    rule = Constraint(kind="unique", columns=["a", "b"])
    after = AppendSyntheticRows(count=60, method="copula", constraints=[rule]).apply(frame)

    assert not after[["a", "b"]].duplicated().any()
    with pytest.raises(ToolError, match="keep the rules: a, b together are unique"):
        AppendSyntheticRows(count=300, constraints=[rule]).apply(frame)


@pytest.mark.parametrize("method", sorted(GENERATORS))
def test_every_generator_keeps_form_count_and_seed(method: str) -> None:
    frame = orders()
    where = parse_conditions("returned = true")
    operation = AppendSyntheticRows(count=70, seed=2, method=method, target="returned", where=where)
    after = operation.apply(frame)
    again = parse_operation(json.loads(operation.model_dump_json())).apply(frame)

    assert len(after) == 470
    assert after["returned"].iloc[400:].all()
    assert dict(after.dtypes.drop("is_synthetic")) == dict(frame.dtypes)
    assert parquet_bytes(after) == parquet_bytes(again)


def test_conditions_are_met_and_the_rest_follows_from_them() -> None:
    frame = orders(1_000)
    where = parse_conditions("city = ghent and net > 50 and sent < 2024-02-01")
    made = make_rows(frame, 500, seed=0, target="returned", where=where)

    assert meeting(made, where).all()
    assert made["country"].eq("BE").mean() > 0.9
    real = frame[meeting(frame, where)]
    assert made["returned"].mean() == pytest.approx(real["returned"].mean(), abs=0.12)


def test_conditions_that_cannot_be_met_say_why() -> None:
    frame = orders()
    with pytest.raises(ToolError, match="No real row meets 'city = Paris'"):
        make_rows(frame, 10, seed=0, where=parse_conditions("city = Paris"))
    with pytest.raises(ToolError, match="No column 'town' for the condition"):
        make_rows(frame, 10, seed=0, where=parse_conditions("town = Delft"))
    with pytest.raises(ToolError, match="the value does not fit the column"):
        make_rows(frame, 10, seed=0, where=parse_conditions("net > much"))
    with pytest.raises(ToolError, match="'city' holds words"):
        make_rows(frame, 10, seed=0, where=parse_conditions("city > Delft"))
    with pytest.raises(ToolError, match="Not a condition: 'churned'"):
        parse_conditions("churned")


def test_conditions_keep_words_with_blanks_and_quotes() -> None:
    (first, second) = parse_conditions("`home town` == 'New York' AND age>=18")

    assert (first.column, first.relation, first.value) == ("home town", "=", "New York")
    assert (second.column, second.relation, second.value) == ("age", ">=", "18")


def test_the_report_compares_with_the_rows_of_the_condition() -> None:
    frame = orders(1_000)
    where = parse_conditions("city = Ghent")
    proposal = propose_synthesis(frame, 1_200, target="returned", where=where, asked=1_200)
    quality = proposal.groups[0].facts["quality"]

    assert quality["holdout_rows"] < 100
    assert quality["added_score"] is not None
    assert "city = Ghent" in proposal.groups[0].rule
    assert "sent <= arrived" in proposal.groups[0].facts["constraints"]


def test_smote_refuses_what_it_was_not_made_for() -> None:
    frame = orders()
    with pytest.raises(NotApplicable, match="give a condition on the target alone"):
        make_rows(frame, 10, seed=0, method="smote", target="returned")
    with pytest.raises(NotApplicable, match="it has no private mode"):
        propose_synthesis(frame, 500, target="returned", method="smote", mode="private")
    gap = frame.assign(net=frame["net"].where(frame.index > 5))
    where = parse_conditions("returned = true")
    with pytest.raises(NotApplicable, match=r"values are missing in: \['net'\]"):
        make_rows(gap, 10, seed=0, method="smote", target="returned", where=where)
