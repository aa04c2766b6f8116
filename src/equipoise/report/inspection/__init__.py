"""The page that shows the data of a trial as they were read, before any analysis."""
