"""One part of the report each: which tables and figures, in which order."""
