"""The trial runs: a web application from the same protocol file, and the blind holds."""
