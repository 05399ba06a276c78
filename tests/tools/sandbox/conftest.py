import pandas as pd
import pytest
from dataquarry.evals.suites.sandbox import sample
from dataquarry.tools.sandbox import working_levels


@pytest.fixture(scope="session")
def rows() -> pd.DataFrame:
    return sample()


@pytest.fixture(scope="session", autouse=True)
def need_sandbox() -> None:
    if not working_levels():
        pytest.skip("neither bubblewrap nor Landlock works on this machine")
