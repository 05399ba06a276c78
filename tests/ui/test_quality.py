import pandas as pd
from dataquarry.tools.profile import profile_frame
from dataquarry.ui.quality import quality_view


def test_columns_with_warnings_come_first_and_figures_are_measured() -> None:
    frame = pd.DataFrame(
        {
            "fine": [1.5, 2.25, 3.75, 4.0] * 10,
            "<b>gaps</b>": ["a", None, None, None] * 10,
        }
    )
    page = quality_view(profile_frame(frame).model_dump(mode="json"))
    assert page.index("gaps") < page.index(">fine<")
    assert "<b>gaps" not in page
    assert "62.5%" in page
    assert "75.0%" in page
    assert "1.5 to 4" in page


def test_before_a_profile_there_is_a_hint() -> None:
    assert "not profiled" in quality_view(None)
