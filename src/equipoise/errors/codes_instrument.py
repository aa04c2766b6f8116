"""Codes EQ2xx: instrument files and scoring."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {}
