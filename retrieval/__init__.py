"""FIND: demand to hits. Catalog sources, index, ranking."""
