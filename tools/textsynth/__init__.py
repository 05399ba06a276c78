"""Synthetic texts: rows of text that a language model writes, checked, counted and marked."""
