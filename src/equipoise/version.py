"""The version of Equipoise, known to every part."""

__version__ = "0.1.0"
