"""Profiling: facts about a table and its columns, and warnings in words."""
