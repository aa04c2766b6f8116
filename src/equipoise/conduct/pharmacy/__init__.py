"""The pharmacy: who gets which syringe next, filled by one person, checked by another."""
