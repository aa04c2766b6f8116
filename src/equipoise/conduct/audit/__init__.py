"""Audit trail: append-only entries (who, when, what, why) in a hash chain each."""
