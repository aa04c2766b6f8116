"""Codes EQ5xx: reports."""

from __future__ import annotations

from equipoise.errors.error_code import Code

CODES: dict[str, Code] = {
    "EQ501": Code(
        "results of another trial",
        "The results belong to another protocol or to other data than the report.",
    ),
    "EQ502": Code(
        "logo that is not an image",
        "The file that ``[report] logo`` names is neither PNG nor SVG.",
    ),
}
