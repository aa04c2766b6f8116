"""The plan of a trial: what was assumed, what follows, and the texts that state it."""
