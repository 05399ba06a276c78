"""Reading the cases of a suite from JSON lines, with the line that is at fault in every message."""

import json
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ..errors import ToolError

Case = TypeVar("Case", bound=BaseModel)


def read_cases(file: Path, form: type[Case], limit: int | None = None) -> list[Case]:
    """Return the first `limit` cases of a file of JSON lines; all when it is None.

    Empty lines are left out. Every line is checked, also those beyond the limit.

    Raises:
        ToolError: the file is missing, empty, not UTF-8, or a line does not fit; with its number.
    """
    cases: list[Case] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        case = _parse(f"{file.name}, line {number}", line, form)
        name = str(getattr(case, "id", number))
        if name in seen:
            raise ToolError(
                f"{file.name}, line {number}: id {name!r} is that of line {seen[name]}."
            )
        seen[name] = number
        cases.append(case)
    if not cases:
        raise ToolError(f"{file} holds no cases: write one JSON object on each line.")
    return cases[:limit]


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8-sig").split("\n")
    except FileNotFoundError as error:
        raise ToolError(f"No {file.name} in {file.parent}.") from error
    except UnicodeDecodeError as error:
        raise ToolError(f"{file} is not UTF-8 text: {error}.") from error


def _parse(where: str, line: str, form: type[Case]) -> Case:
    try:
        return form.model_validate(json.loads(line))
    except json.JSONDecodeError as error:
        raise ToolError(f"{where}: not JSON: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "case"
        raise ToolError(f"{where}: {field}: {first['msg']}.") from error
