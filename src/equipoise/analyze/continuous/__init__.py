"""Continuous endpoints: the mixed model, its tests, means as observed."""
