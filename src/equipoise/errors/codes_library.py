"""Codes EQ0xx: the library, and the files that commands read and write."""

from __future__ import annotations

from equipoise.errors.error_code import Code

CODES: dict[str, Code] = {
    "EQ001": Code(
        "not in the library",
        "A protocol, instrument, mapping or scenario file was asked for by a name that the "
        "library does not have, and no file of that path exists either.",
    ),
    "EQ002": Code(
        "file cannot be read",
        "A file is absent, is a folder, or is not UTF-8 text.",
    ),
    "EQ003": Code(
        "result cannot be written",
        "The output folder cannot be created or written to.",
    ),
    "EQ004": Code(
        "package not installed",
        "The command or function needs a package of an extra that is not installed. The "
        "message names the extra.",
    ),
}
