"""Enrolment: allocation schedule, randomization, and reconciliation after data loss."""
