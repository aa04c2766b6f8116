"""Statistical analysis of a trial: the estimates that its protocol specifies."""
