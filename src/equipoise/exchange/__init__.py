"""Files in and out: the rim."""
