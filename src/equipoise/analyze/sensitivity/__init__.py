"""Sensitivity analyses for missing data."""
