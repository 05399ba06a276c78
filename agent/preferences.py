"""Preferences that a person chose to keep for all their runs; all other memory is a run's own.

They are one small file for each user of the machine, written only when the person says so: no run
and no model writes there.
"""

import getpass
import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import ToolError
from ..settings import Settings
from ..tools.registry import get_tool
from ..tools.tables import write_whole
from .budget import Budget

MOST_WORDS = 20
MOST_CHARACTERS = 300


class Preferences(BaseModel):
    """What a person wants in every run unless they say otherwise."""

    model_config = ConfigDict(extra="forbid")

    csv: bool = Field(default=False, description="Export CSV beside Parquet.")
    leave_out: list[str] = Field(default=[], description="Tools that plans leave out.")
    budget: Budget = Field(default=Budget(), description="Limits of a run.")
    words: list[str] = Field(
        default=[],
        max_length=MOST_WORDS,
        description="Wishes in words, for a model.",
    )


def preferences_file(settings: Settings) -> Path:
    """Return the file of the user who runs this process."""
    user = re.sub(r"[^A-Za-z0-9_.-]", "_", getpass.getuser())
    return settings.home / "preferences" / f"{user}.json"


def read_preferences(settings: Settings) -> Preferences:
    """Return what the user keeps; the defaults where nothing is kept.

    Raises:
        ToolError: the file was changed so that it cannot be read.
    """
    file = preferences_file(settings)
    try:
        return Preferences.model_validate_json(file.read_text("utf-8"))
    except FileNotFoundError:
        return Preferences()
    except (ValidationError, UnicodeDecodeError) as error:
        raise ToolError(
            f"{file} cannot be read: delete it with 'dataquarry preferences forget'."
        ) from error


def keep_preferences(settings: Settings, preferences: Preferences) -> None:
    """Keep the preferences of the user, in place of those before.

    Raises:
        ToolError: a tool to leave out does not exist or is needed, or a wish is too long.
    """
    for name in preferences.leave_out:
        get_tool(name)
        if name in ("search", "load", "export"):
            raise ToolError(f"A plan without {name} leads nowhere; it cannot be left out.")
    if any(len(words) > MOST_CHARACTERS for words in preferences.words):
        raise ToolError(f"A wish is at most {MOST_CHARACTERS} characters long.")
    file = preferences_file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, preferences.model_dump_json(indent=2).encode())


def forget_preferences(settings: Settings) -> bool:
    """Delete what the user keeps; tell whether there was anything."""
    file = preferences_file(settings)
    there = file.exists()
    file.unlink(missing_ok=True)
    return there
