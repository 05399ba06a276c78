"""The eval suites."""
