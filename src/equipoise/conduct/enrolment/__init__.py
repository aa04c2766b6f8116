"""Randomizing: from an eligible participant to a kit, and what a lost copy means."""
