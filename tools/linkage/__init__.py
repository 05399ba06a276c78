"""Record linkage: rows that stand for the same thing, inside a table or across two.

Rows that share rare words or character n-grams are compared (`blocking`), each pair is measured in
several ways (`evidence`), the measurements are weighed by a model that teaches itself, and the
threshold follows from the scores (`decide`). Nothing is assumed of the names of columns.
"""

from .link import Links, link_records

__all__ = ["Links", "link_records"]
