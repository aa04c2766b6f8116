"""Protocols, instruments, mappings and scenarios that come with Equipoise, as TOML."""

from equipoise.library.files import names, text

__all__ = ["names", "text"]
