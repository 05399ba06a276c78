"""Feature families: each proposes candidate columns."""
