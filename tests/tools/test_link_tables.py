"""Rows of two tables, linked without labels and proposed as a join."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dataquarry import NotApplicable, Settings, ToolError, apply, propose_links
from dataquarry.agent.model import ScriptedModel
from dataquarry.agent.model_planner import ModelPlanner
from dataquarry.agent.planner import RulePlanner, Start
from dataquarry.cli.app import app
from dataquarry.retrieval.demand import Demand
from dataquarry.tools.operations import parse_operation
from typer.testing import CliRunner

SYLLABLES = ["ba", "ko", "li", "mu", "ne", "ro", "sa", "ti", "vo", "zu"]


def products(number: int = 80) -> pd.DataFrame:
    random = np.random.default_rng(0)
    titles = [
        f"{''.join(random.choice(SYLLABLES, 3))} {''.join(random.choice(SYLLABLES, 3))} x{n}{n % 7}"
        for n in range(100, 100 + number)
    ]
    return pd.DataFrame({"title": titles, "price": np.round(random.uniform(5, 500, number), 2)})


def elsewhere(frame: pd.DataFrame, shared: int = 50) -> pd.DataFrame:
    """Some of the things as another shop writes them, in another order, and five of its own."""
    mine = frame.iloc[:shared][::-1]
    names = [f"NEW {title.upper()}" for title in mine["title"]]
    own = [f"zozo{n} wewe{n} q{n}9" for n in range(5)]
    return pd.DataFrame(
        {
            "name": [*names, *own],
            "price": [*mine["price"], *range(5)],
            "stock": [None, *range(shared + 4)],
        }
    )


def test_linked_rows_are_joined_with_their_columns() -> None:
    left = products()
    right = elsewhere(left)

    proposal = propose_links(left, right, "shop")
    joined = apply(left, proposal, ["link:join"])

    assert [group.id for group in proposal.groups] == ["link:join", "link:links", "link:union"]
    assert proposal.pick == "one"
    rows = joined["shop_row"].dropna()
    assert rows.tolist() == list(range(49, -1, -1))
    assert joined["name"].iloc[0] == right["name"].iloc[49]
    assert joined["price_shop"].iloc[0] == left["price"].iloc[0]
    assert joined["stock"].dtype == "float64"
    assert joined["shop_score"].notna().sum() == 50
    group = proposal.group("link:join")
    assert "50 links: 50 of 80 rows here, 50 of 55 of shop" in group.evidence
    assert group.facts["relation"] == "one-to-one"
    assert len(group.examples) == 5
    assert "of shop: NEW " in (group.examples[0].after or "")


def test_one_table_without_repeats_takes_the_columns_by_content() -> None:
    left = products()
    both = apply(left, propose_links(left, elsewhere(left), "shop"), ["link:union"])

    assert len(both) == 85
    assert list(both.columns) == ["title", "price"]
    assert both["title"].iloc[80] == "zozo0 wewe0 q09"


def test_a_replay_links_the_rows_that_it_finds_again() -> None:
    left = products()
    group = propose_links(left, elsewhere(left), "shop").group("link:links")
    operation = parse_operation(json.loads(group.operations[0].model_dump_json()))

    again = operation.apply(pd.concat([left.iloc[[3, 70]], products(120).iloc[[119]]]))

    assert again["shop_row"].fillna(-1).tolist() == [46, -1, -1]
    with pytest.raises(ToolError, match="already has a column 'shop_row'"):
        operation.apply(again)


def test_tables_with_nothing_in_common_leave_a_note() -> None:
    left = products()
    for name in ("ώ{}", "wuwu{}"):
        other = pd.DataFrame({"name": [name.format(n) for n in range(1, 30)]})
        proposal = propose_links(left, other, "shop")
        assert proposal.groups == []
        assert "No row of shop stands for the same thing" in proposal.notes[0]
    with pytest.raises(NotApplicable, match="no rows"):
        propose_links(left, other.head(0))


def test_the_command_exports_what_is_approved(tmp_path: Path, settings: Settings) -> None:
    left = products()
    left.to_csv(tmp_path / "mine.csv", index=False)
    elsewhere(left).to_csv(tmp_path / "shop.csv", index=False)

    files = [str(tmp_path / "mine.csv"), str(tmp_path / "shop.csv")]
    result = CliRunner().invoke(
        app,
        ["link", *files, "--approve", "auto", "--json"],
        env={"DATAQUARRY_HOME": str(settings.home)},
    )

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["status"] == "done"
    made = pd.read_parquet(tmp_path / "mine-linked" / "data.parquet")
    assert made["shop_row"].notna().sum() >= 48


def test_only_the_person_names_the_file_that_is_linked() -> None:
    settled = Start(
        demand=Demand(text="Link them"),
        input="a.csv",
        tools=("load", "link_tables", "export"),
        arguments={"link_tables": {"other": "b.csv"}},
    )
    assert ("link_tables", {"other": "b.csv"}) in [
        (step.tool, step.arguments) for step in RulePlanner().plan(settled).steps
    ]
    start = Start(demand=settled.demand, input="a.csv")
    steps = [{"tool": "link_tables", "arguments": {"other": "/etc/passwd"}}, {"tool": "export"}]
    model = ScriptedModel([json.dumps({"steps": steps})])
    plan = ModelPlanner(model).plan(start, lambda *_: None)
    assert [step.tool for step in plan.steps] == ["load", "export"]
