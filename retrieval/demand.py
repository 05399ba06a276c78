"""Demand: what is wanted, parsed."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Task = Literal["classification", "regression", "clustering", "forecasting", "survival", "other"]
LicenseNeed = Literal["any", "stated", "commercial", "open"]


class Demand(BaseModel):
    """What is wanted: the words as they came, and what was understood of them.

    Every field but `text` may be empty: only what the words say is filled in.
    """

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description="The demand in the words of whoever made it.")
    topic: str = Field(default="", description="The words that name the subject, for the search.")
    task: Task | None = Field(default=None, description="What the data is to be used for.")
    target: str | None = Field(default=None, description="Words that name what is predicted.")
    inputs: list[str] = Field(default=[], description="Words that name columns asked for.")
    domain: str | None = Field(default=None, description="Field it is from: medicine, law, ...")
    modality: str | None = Field(default=None, description="tabular, text, image, audio, ...")
    languages: list[str] = Field(default=[], description="ISO 639-1 codes.")
    min_rows: int | None = Field(default=None, ge=0)
    max_rows: int | None = Field(default=None, ge=0)
    min_year: int | None = Field(default=None, description="Not older than this year.")
    max_year: int | None = Field(default=None, description="Not newer than this year.")
    license: LicenseNeed = Field(
        default="any",
        description="'stated': any stated license; 'commercial': commercial use allowed; "
        "'open': an open-data or open-source license.",
    )
    input_form: str | None = None
    output_form: str | None = Field(default=None, description="File form asked for, e.g. csv.")
