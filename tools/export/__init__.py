"""Export: the prepared dataset with its documents, written to a folder in one move."""
