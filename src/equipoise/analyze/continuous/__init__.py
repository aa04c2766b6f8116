"""Continuous endpoints: mixed model, its tests, observed means."""
