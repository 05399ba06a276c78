"""Export: the files that leave the workspace."""
