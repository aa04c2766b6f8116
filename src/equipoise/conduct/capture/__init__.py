"""Data capture at sites: participants, consent, visits, forms, locking."""
