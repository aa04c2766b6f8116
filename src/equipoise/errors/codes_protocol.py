"""Codes EQ1xx: a protocol file."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {}
