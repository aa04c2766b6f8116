"""The plan of a trial as a page, a text document and numbers."""
