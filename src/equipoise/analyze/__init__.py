"""From estimand to number."""
