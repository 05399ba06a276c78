"""Reading: from the bytes of a file to a frame, one form a file."""
