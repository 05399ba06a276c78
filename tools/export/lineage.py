"""lineage.jsonl: one line for each table, change and decision, in order."""

import json
from collections.abc import Iterator
from typing import Any

from .account import Account


def lineage_lines(account: Account, decided_by: str) -> str:
    """Return the file's text.

    Every line is an object with a `kind`: "table" (id, hash, size, parent, origin), "change" (what
    was approved: rule, evidence, who decided, operations with a sentence each; it follows the
    table it made), "rejected" (what was proposed and not approved) or "export".
    """
    return "".join(
        json.dumps(line, ensure_ascii=False) + "\n" for line in _lines(account, decided_by)
    )


def _lines(account: Account, decided_by: str) -> Iterator[dict[str, Any]]:
    for table in account.lineage:
        described = table.model_dump(mode="json", exclude={"changes"})
        yield {"kind": "table", **described}
        for change in table.changes:
            sentences = [operation.sentence() for operation in change.operations]
            content = change.model_dump(mode="json")
            yield {"kind": "change", "table": table.id, **content, "sentences": sentences}
    for group in account.rejected:
        yield {"kind": "rejected", **group}
    yield {"kind": "export", "table": account.table.id, "decided_by": decided_by}
