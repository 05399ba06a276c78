"""Workspaces for measuring: runs of a suite never land among those of the person."""

from pathlib import Path

from ..settings import Settings


def share_index(settings: Settings, folder: Path) -> Settings:
    """Return the settings of a fresh workspace in `folder` that shares the index of another.

    The index is only read. Where there is none yet, the workspace has none either, and the search
    says how to build it.
    """
    home = folder / "home"
    home.mkdir(parents=True)
    if settings.index_dir.exists():
        (home / "index").symlink_to(settings.index_dir.resolve(), target_is_directory=True)
    return settings.model_copy(update={"home": home})
