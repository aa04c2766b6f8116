"""Codes EQ0xx: the library and the files that commands are given."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {
    "EQ001": Code(
        "not in the library",
        "A protocol, instrument, mapping or scenario file was asked for by a name that the "
        "library does not have, and no file of that path exists either.",
    ),
    "EQ002": Code(
        "file cannot be read",
        "A file that a command was given is absent, is a folder, or is not UTF-8 text.",
    ),
    "EQ003": Code(
        "result cannot be written",
        "The folder for the output cannot be made or written to.",
    ),
}
