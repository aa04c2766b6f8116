"""Pharmacy: dispensing, syringe preparation and check, drug accountability, stock."""
