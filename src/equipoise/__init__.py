"""Equipoise: the executable trial."""
