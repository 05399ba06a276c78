"""Tool `export`: hand over the dataset with all its documents."""

import shutil
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from ...errors import ToolError
from ..base import Effect, Result, Work, tool
from ..contract import NAME as CONTRACT
from ..contract import write_contract
from ..proposals import Decision, Group, Proposal
from .account import Account, account_of
from .card import dataset_card
from .croissant import write_croissant
from .folder import NAMES, check_folder, filled
from .lineage import lineage_lines
from .pipeline import FILE as PIPELINE
from .pipeline import has_features, write_pipeline
from .report import report
from .script import recipe_script


class ExportArguments(BaseModel):
    """What to write beside the files that every export has."""

    model_config = ConfigDict(extra="forbid")

    csv: bool = Field(default=False, description="Write data.csv too.")
    title: str | None = Field(
        default=None, max_length=200, description="Title of the dataset; its source's if not set."
    )


def apply_export(work: Work, proposal: Proposal, decision: Decision) -> Result:
    """Write the files of an approved export, all or none.

    Raises:
        ToolError: the folder cannot take them.
    """
    approved = decision.approved(proposal)
    if not approved:
        return Result(summary="The export was not approved; nothing was written.")
    arguments = ExportArguments.model_validate(approved[0][0].payload)
    account = account_of(work, arguments.title)
    folder = _folder(work)
    check_folder(folder, account.recipe)
    with filled(folder) as new:
        _write(work, account, new, arguments.csv, decision.by)
    files = _names(arguments.csv, account)
    return Result(
        summary=f"Exported {account.table.rows:,} rows and {len(account.table.columns)} columns "
        f"in {len(files)} files to {folder}.",
        data={"folder": str(folder), "files": files},
    )


@tool(Effect.EXPORT, apply=apply_export)
def export(work: Work, arguments: ExportArguments) -> Proposal:
    """Write the prepared dataset with its card, metadata, report and recipe to a folder.

    Asks first: the files leave the workspace. The folder is the run's own.
    """
    account = account_of(work, arguments.title)
    folder = _folder(work)
    check_folder(folder, account.recipe)
    files = _names(arguments.csv, account)
    conflict = account.license_conflict
    evidence = [
        f"{len(files)} files to {folder}: {', '.join(files)}.",
        f"{account.table.rows:,} rows, {len(account.table.columns)} columns; "
        f"{account.synthetic_rows:,} rows are synthetic.",
        f"License of the source: {account.license.label}.",
    ]
    if conflict:
        evidence.append(f"This does not meet the demand: {conflict}.")
    group = Group(
        id="export:folder",
        title=f"Export {account.title}",
        rule="Write the table and its documents; nothing is sent anywhere.",
        evidence=" ".join(evidence),
        facts={
            "folder": str(folder),
            "files": files,
            "license": account.license.label,
            "license_conflict": conflict,
            "synthetic_rows": account.synthetic_rows,
        },
        affected=len(files),
        unit="files",
        reversible="Delete the folder; the workspace keeps the table.",
        recommended=conflict is None,
        payload=arguments.model_dump(mode="json"),
    )
    return Proposal(tool="export", title="Export the dataset", groups=[group])


def _folder(work: Work) -> Path:
    if work.export_to is None:
        raise ToolError("No folder is named for the export.")
    return work.export_to


def _names(csv: bool, account: Account) -> list[str]:
    left_out = set() if csv else {"data.csv"}
    if not has_features(account.recipe):
        left_out.add(PIPELINE)
    return [name for name in NAMES if name not in left_out]


def _write(work: Work, account: Account, folder: Path, csv: bool, by: str) -> None:
    store = work.store
    work.report("Writing the table", 0.1)
    shutil.copyfile(store.path(account.table), folder / "data.parquet")
    shutil.copyfile(store.path(account.source), folder / "source.parquet")
    if csv:
        from ..files import write_csv

        write_csv(account.after, folder / "data.csv")
        shutil.copymode(folder / "data.parquet", folder / "data.csv")
    write_contract(account.after, folder / CONTRACT)
    work.report("Writing and checking the metadata", 0.3)
    write_croissant(account, folder)
    work.report("Drawing the report", 0.6)
    described = [(name, NAMES[name]) for name in _names(csv, account)]
    if has_features(account.recipe):
        write_pipeline(account.recipe, folder)
    texts = {
        "README.md": dataset_card(account, described),
        "report.html": report(account, described),
        "recipe.json": account.recipe.model_dump_json(indent=2) + "\n",
        "recipe.py": recipe_script(account.recipe, account.title),
        "lineage.jsonl": lineage_lines(account, by),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
