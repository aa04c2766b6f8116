"""Allocation sequences, from replayable draws."""
