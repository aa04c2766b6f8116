"""Schedules of infusions after the induction, compared on simulated participants."""
