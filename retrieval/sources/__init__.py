"""Catalog sources, as a visible list."""
