"""Every setting of DataQuarry, in one place; each can be set in the environment."""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings read from environment variables named `DATAQUARRY_<FIELD>`."""

    model_config = SettingsConfigDict(
        env_prefix="DATAQUARRY_", extra="ignore", populate_by_name=True
    )

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

    model: str = Field(
        default="",
        description="Name of the language model that plans; empty for the deterministic planner.",
    )
    openai_base_url: str = Field(
        default="",
        validation_alias=AliasChoices("openai_base_url", "OPENAI_BASE_URL"),
        description="Any OpenAI-compatible endpoint, read from OPENAI_BASE_URL.",
    )
    openai_api_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("openai_api_key", "OPENAI_API_KEY"),
        description="Its key, read from OPENAI_API_KEY; local servers need none.",
    )
    model_rows: int = Field(
        default=0,
        ge=0,
        le=20,
        description="Rows of a table that a language model may see; by default it sees none, only "
        "statistics.",
    )
    model_timeout: float = Field(default=120.0, gt=0, description="Seconds to wait for a reply.")
    model_retries: int = Field(default=2, ge=0, description="Tries after a 429 or 5xx.")

    model_price_in: float = Field(
        default=0.0, ge=0, description="Price of a million tokens that the model reads."
    )
    model_price_out: float = Field(
        default=0.0, ge=0, description="Price of a million tokens that the model writes."
    )

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
