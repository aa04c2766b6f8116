"""Responders: for whom the treatment makes the difference."""
