"""Figures, drawn from the results and, for individuals, the data."""
