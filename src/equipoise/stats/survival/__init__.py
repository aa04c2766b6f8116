"""Times to an event: curves, comparisons, restricted means."""
