"""DO: everything done to data. Knows no agent and no screen."""
