"""Operation: installation, production checks, external checkpoints, backup, health."""
