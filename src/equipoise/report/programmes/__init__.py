"""Programmes in R and SAS that repeat the models of a report, with their numbers."""
