"""Family of missing values: flags, their number in a row, and how common their pattern is."""

from ..operations.feature_base import AddFeature
from ..operations.feature_missing import AddMissingCount, AddMissingPattern, missing_pattern
from .base import Candidate, Columns, Family, Training, fixed


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return a flag per column with missing values, and their number in a row."""
    known = columns.numbers + columns.dates + columns.categories + columns.texts
    gaps = [c for c in known if training.frame[c].isna().any()]
    found = [fixed(AddMissingCount(name=f"{c}_is_missing", columns=[c]), "missing") for c in gaps]
    if len(gaps) > 1:
        found.append(fixed(AddMissingCount(name="missing_in_row", columns=gaps), "missing"))
        found.append(_pattern(gaps))
    return found


def fit_pattern(training: Training, columns: list[str], name: str) -> AddMissingPattern:
    """Count the patterns of missing values among the training rows."""
    shares = missing_pattern(training.frame, columns).value_counts(normalize=True)
    table = {str(pattern): float(share) for pattern, share in sorted(shares.items())}
    return AddMissingPattern(name=name, columns=columns, shares=table)


def _pattern(columns: list[str]) -> Candidate:
    name = "missing_pattern"

    def fit(training: Training) -> list[AddFeature]:
        return [fit_pattern(training, columns, name)]

    return Candidate(id=f"missing:{name}", family="missing", title=name, fit=fit)


FAMILY = Family("missing", "Which values are missing, and how many in a row.", candidates)
