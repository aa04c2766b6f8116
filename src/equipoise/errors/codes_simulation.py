"""Codes EQ6xx: virtual participants and truth files."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {}
