"""Protocols, instruments and mappings that come with Equipoise, as TOML."""
