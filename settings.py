"""Every setting of DataQuarry, in one place; each can be set in the environment."""

from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from .redact import know


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
    adapter: str = Field(
        default="shipped",
        description="LoRA adapter that reads demands: 'shipped' with the package (for the default "
        "encoder), a folder that `dataquarry index train` wrote, or 'none'.",
    )
    truncate_dim: int | None = Field(
        default=None,
        ge=8,
        description="Compare only the first N dimensions of vectors, for encoders trained so.",
    )
    chroma_url: str = Field(
        default="",
        description="Address of a Chroma server that holds the vectors, such as "
        "http://localhost:8000; without one they lie in the workspace.",
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
    spacy_model: str = Field(
        default="en_core_web_sm",
        description="Installed spaCy model by which the audit finds names of people and places; "
        "needs the extra 'presidio'.",
    )
    model_timeout: float = Field(default=120.0, gt=0, description="Seconds to wait for a reply.")
    model_retries: int = Field(default=2, ge=0, description="Tries after a 429 or 5xx.")

    model_search: bool = Field(
        default=False,
        description="Whether the language model reduces a demand to its subject before the search "
        "and orders the first hits after it.",
    )

    live_sources: str = Field(
        default="",
        description="Live sources a search asks beside the index: names with commas between, or "
        "'all' for every one that needs no token. Empty: the search stays on this machine.",
    )
    live_deadline: float = Field(
        default=3.0, gt=0, description="Seconds after which a search answers with what has come."
    )
    live_limit: int = Field(default=10, ge=1, le=100, description="Records asked of each source.")
    live_cache_hours: float = Field(
        default=24.0, ge=0, description="Age up to which answers of live sources are used again."
    )
    live_private_hosts: str = Field(
        default="",
        description="Hosts in a private network that may be asked: host or host:port, with commas "
        "between. Every other private address is refused.",
    )
    load_max_rows: int = Field(
        default=1_000_000, ge=1, description="Rows taken of a dataset that is downloaded."
    )
    load_max_bytes: int = Field(
        default=500_000_000, ge=1, description="Bytes taken of a dataset that is downloaded."
    )
    huggingface_url: str = Field(default="https://huggingface.co", description="The Hub.")
    huggingface_viewer_url: str = Field(
        default="https://datasets-server.huggingface.co", description="Its dataset viewer."
    )
    huggingface_token: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("huggingface_token", "HF_TOKEN"),
        description="Token of the Hub for gated datasets, read from HF_TOKEN.",
    )
    openml_url: str = Field(default="https://www.openml.org", description="OpenML.")
    uci_url: str = Field(
        default="https://archive.ics.uci.edu", description="UCI Machine Learning Repository."
    )
    zenodo_url: str = Field(default="https://zenodo.org", description="Zenodo.")
    datacite_url: str = Field(default="https://api.datacite.org", description="DataCite.")
    datagov_url: str = Field(
        default="https://catalog.data.gov",
        description="data.gov; with a key https://api.gsa.gov/technology/datagov/v4",
    )
    datagov_key: SecretStr = Field(default=SecretStr(""), description="Key of api.gsa.gov.")
    ckan_urls: str = Field(
        default="https://open.canada.ca/data/api/3,https://ckan.publishing.service.gov.uk/api/3",
        description="CKAN portals, up to and without '/action', with commas between.",
    )
    dataverse_urls: str = Field(
        default="https://dataverse.harvard.edu",
        description="Dataverse installations, with commas between.",
    )
    croissant_urls: str = Field(
        default="", description="Croissant documents to search, with commas between."
    )
    kaggle_url: str = Field(default="https://www.kaggle.com", description="Kaggle.")
    kaggle_username: str = Field(
        default="",
        validation_alias=AliasChoices("kaggle_username", "KAGGLE_USERNAME"),
        description="Account of Kaggle, read from KAGGLE_USERNAME.",
    )
    kaggle_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("kaggle_key", "KAGGLE_KEY"),
        description="Its key, read from KAGGLE_KEY.",
    )
    most_runs: int = Field(
        default=8, ge=1, description="Runs that may work at once; the others wait in order."
    )
    most_runs_of_user: int = Field(
        default=4, ge=1, description="Runs of one person that may work at once."
    )
    model_price_in: float = Field(
        default=0.0, ge=0, description="Price of a million tokens that the model reads."
    )
    model_price_out: float = Field(
        default=0.0, ge=0, description="Price of a million tokens that the model writes."
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="URL of a PostgreSQL server (postgresql://...) to keep runs in, by default "
        "SQLite files of the home folder. Tables stay in the home folder.",
    )

    def model_post_init(self, _: Any) -> None:
        """Let every secret be hidden wherever texts leave this process."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr):
                know(value.get_secret_value())

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
    def runs_store(self) -> Path | str:
        """Where runs are kept: a file, or the URL of a server."""
        return self.database_url.get_secret_value() or self.runs_file

    @property
    def exports_dir(self) -> Path:
        """Folder that holds one subfolder per exported run; the chat serves only this one."""
        return self.home / "exports"
