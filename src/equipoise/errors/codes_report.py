"""Codes EQ5xx: reports."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {}
