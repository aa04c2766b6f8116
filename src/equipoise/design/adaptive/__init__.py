"""Trials that change on the way: doses are dropped, allocation follows responses."""
