"""Sizes of trials with one analysis."""
