"""DECIDE: coordinator graph, plans, approvals, runs, events, language models."""
