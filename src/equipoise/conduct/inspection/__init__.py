"""Inspection: verification of all records, and the audit trail that a user may read."""
