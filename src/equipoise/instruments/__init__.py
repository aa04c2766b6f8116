"""Questionnaires and rating scales: items, scoring, missing-item rules."""
