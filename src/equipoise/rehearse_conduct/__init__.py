"""Rehearsal: a complete trial on simulated participants through the real application."""
