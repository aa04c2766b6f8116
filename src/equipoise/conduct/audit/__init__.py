"""Append-only records: every value with who, when and why, in one chain a participant."""
