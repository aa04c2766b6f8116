"""Reads TOML, or raises the error of the kind of file that was read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from equipoise.errors.refusal import EquipoiseError

DEEPEST = 30  # a protocol needs 8
LONGEST = 1_000_000  # characters; a mapping of 1,000 columns has 200,000
FINITE = "write a finite number of at most 18 digits"
LARGEST = 2**63  # the integers of TOML have 64 bits
KEY = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
DOTTED = re.compile(rf"""(?<![\w"'.-]){KEY}(?:[ \t]*+\.[ \t]*+{KEY}){{{DEEPEST},}}""")


def read_toml(
    text: str, *, origin: str, error: type[EquipoiseError], code: str
) -> dict[str, Any]:
    """The tables of a TOML text.

    Args:
        text: content of the file.
        origin: name of the file, for messages.
        error: class of the error.
        code: its code.

    Raises:
        EquipoiseError: of this class and code, where the text is not TOML.
    """
    if len(text) > LONGEST:
        raise error.single(
            code,
            f"the text has more than {LONGEST:,} characters",
            where=origin,
            fix="give the right file; no file of this kind is so long",
        )
    try:
        # The parser needs memory that grows with the square of the parts of a key.
        tables = None if DOTTED.search(text) else tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        raise error.single(
            code,
            f"the text is not TOML: {cause}",
            where=origin,
            fix="correct this line; texts need quotes, tables need [ ]",
        ) from cause
    except ValueError as cause:  # Python converts at most 4,300 digits
        raise error.single(
            code, "a number has thousands of digits", where=origin, fix=FINITE
        ) from cause
    except RecursionError:
        tables = None
    if tables is None or _is_deeper(tables, DEEPEST):
        raise error.single(
            code,
            f"tables or lists are nested more than {DEEPEST} levels deep",
            where=origin,
            fix="remove levels of nesting; no file of this kind needs so many",
        )
    giant = next(_giants(tables), None)
    if giant is not None:
        raise error.single(
            code,
            f"the value of {giant!r} is too large or not a number",
            where=origin,
            fix=FINITE,
        )
    return tables


def _giants(tables: dict[str, Any]) -> Iterator[str]:
    """Keys of numbers that no calculation can use."""
    level: list[tuple[str, Any]] = list(tables.items())
    while level:
        key, value = level.pop()
        if isinstance(value, dict):
            level += value.items()
        elif isinstance(value, list):
            level += [(key, child) for child in value]
        elif isinstance(value, int | float) and not -LARGEST <= value < LARGEST:
            yield key


def _is_deeper(value: Any, most: int) -> bool:
    """Whether a value is nested deeper than ``most``; without recursion."""
    level = [value]
    for _ in range(most):
        level = [child for value in level for child in _children(value)]
        if not level:
            return False
    return True


def _children(value: Any) -> list[Any]:
    values = value.values() if isinstance(value, dict) else value
    return [v for v in values if isinstance(v, dict | list)]
