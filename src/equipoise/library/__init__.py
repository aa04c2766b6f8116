"""Protocols, instruments, mappings and truths that come with Equipoise, as TOML."""

from equipoise.library.files import names, text

__all__ = ["names", "text"]
