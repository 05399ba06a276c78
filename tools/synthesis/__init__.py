"""Synthesizers: each makes new rows."""
