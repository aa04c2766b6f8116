"""Unblinding of one participant in an emergency, and treatments of open-label trials."""
