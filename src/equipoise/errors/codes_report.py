"""Codes EQ5xx: reports."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {
    "EQ501": Code(
        "results of something else",
        "A report was asked for with results of another protocol or of other data.",
    ),
    "EQ502": Code(
        "logo that is no picture",
        "The file that ``[report] logo`` names is neither PNG nor SVG.",
    ),
}
