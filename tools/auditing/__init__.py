"""Audits: faults that a model, a neighborhood or a comparison shows, not a single cell.

To add one: write its file, add its line in `tools/audit.py`, add its test.
"""
