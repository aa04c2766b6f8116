"""Quoting of protocol texts in R and SAS strings and comments."""

from __future__ import annotations

import re

from equipoise.report.datasets.dataset import one_line


def r_string(text: str) -> str:
    r"""A string of R.

    Example:
        >>> print(r_string('a "b"'))
        "a \"b\""
    """
    escaped = one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def sas_string(text: str) -> str:
    """A string of SAS in single quotes, in which no macro is resolved.

    Example:
        >>> sas_string("it's %x")
        "'it''s %x'"
    """
    escaped = one_line(text).replace("'", "''")
    return f"'{escaped}'"


def in_comment(text: str) -> str:
    """A text for a comment: on one line; it can neither end the comment nor begin one.

    SAS resolves no macro inside ``/* */``; ``%`` and ``&`` are set apart from the word
    that follows all the same, because editors and pre-processors may look for them.

    Example:
        >>> in_comment("50%x */ proc delete")
        '50% x * / proc delete'
    """
    plain = one_line(text)
    for mark in ("*/", "/*"):
        while mark in plain:
            plain = plain.replace(mark, " ".join(mark))
    return re.sub(r"([%&])(?=\w)", r"\1 ", plain)
