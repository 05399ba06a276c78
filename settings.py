"""Every setting of DataQuarry, in one place; each can be set in the environment."""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings read from environment variables named `DATAQUARRY_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="DATAQUARRY_", extra="ignore")

    home: Path = Field(
        default_factory=lambda: user_data_path("dataquarry", appauthor=False),
        description="Folder of the index, the runs, the tables and the exports.",
    )
    encoder: str = Field(
        default="sentence-transformers/all-MiniLM-L6-v2",
        description="Bi-encoder of the index: a hub name or a folder. The default is taken from "
        "the 'offline' extra where that is installed.",
    )
    seed: int = Field(default=0, description="Seed of every random choice.")

    @property
    def index_dir(self) -> Path:
        """Folder of the dataset index."""
        return self.home / "index"

    @property
    def tables_dir(self) -> Path:
        """Folder of the content-addressed tables."""
        return self.home / "tables"

    @property
    def runs_file(self) -> Path:
        """SQLite file of runs, gates, events and step results."""
        return self.home / "runs.sqlite"

    @property
    def exports_dir(self) -> Path:
        """Folder that holds one subfolder per exported run; the chat serves only this one."""
        return self.home / "exports"
