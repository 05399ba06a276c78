"""Cleaners: each finds one kind of fault and proposes its repair."""
