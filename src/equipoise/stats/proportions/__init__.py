"""Two proportions: differences, ratios, exact tests, adjusted risks."""
