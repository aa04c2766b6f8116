"""Codes EQ4xx: models, plans and fits."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {}
