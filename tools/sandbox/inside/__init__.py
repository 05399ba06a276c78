"""The side of the sandbox that runs in the other process; it imports nothing of DataQuarry."""
