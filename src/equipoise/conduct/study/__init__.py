"""The protocol in force, and those before it."""
