"""Codes EQ3xx: data files, mappings and tables."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {}
