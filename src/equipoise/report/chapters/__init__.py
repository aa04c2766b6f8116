"""Chapters of the report: the tables and figures of each, in order."""
