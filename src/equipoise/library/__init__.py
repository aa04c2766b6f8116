"""Protocols, instruments, mappings, scenarios and example data that are included."""

from equipoise.library.files import names, text, title

__all__ = ["names", "text", "title"]
