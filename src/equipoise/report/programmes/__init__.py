"""R and SAS programs that repeat the models of a report, with their expected numbers."""
