"""Imputation of missing outcomes: multiple, conditional mean, reference-based."""
