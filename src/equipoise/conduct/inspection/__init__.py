"""Looking at what was written down: is it whole, and what may a person read of it."""
