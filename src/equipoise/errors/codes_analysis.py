"""Codes EQ4xx: models, plans and fits."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {
    "EQ450": Code(
        "no such estimate",
        "Results were asked for an estimate or endpoint that they do not hold.",
    ),
}
