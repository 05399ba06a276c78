import pandas as pd
import pytest
from dataquarry.tools.sandbox import working_levels


@pytest.fixture(scope="session")
def rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "price": [200.0, 100.0, 300.0],
            "area": [100, 50, 100],
            "kind": ["a", "a", "b"],
            "name": ["red 7", "blue", "green 8"],
            "day": pd.to_datetime(["2020-01-01", "2021-02-02", "2022-03-03"]),
            "end": pd.to_datetime(["2020-01-31", "2021-02-02", "2022-03-03"]),
        }
    )


@pytest.fixture(scope="session", autouse=True)
def need_sandbox() -> None:
    if not working_levels():
        pytest.skip("neither bubblewrap nor Landlock works on this machine")
