"""Interim analyses of a running trial: its data at a cut-off, boundaries and decision."""
