"""The page of an interim analysis for the data monitoring committee."""
