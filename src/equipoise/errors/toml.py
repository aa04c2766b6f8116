"""Reads TOML, or refuses in the words of the file's own kind."""

from __future__ import annotations

import tomllib
from typing import Any

from equipoise.errors.refusal import EquipoiseError

DEEPEST = 30  # a protocol needs 8


def read_toml(
    text: str, *, origin: str, error: type[EquipoiseError], code: str
) -> dict[str, Any]:
    """The tables of a TOML text.

    Args:
        text: content of the file.
        origin: name of the file, for messages.
        error: kind of the refusal.
        code: its code.

    Raises:
        EquipoiseError: of the kind and code given, where the text is not TOML.
    """
    try:
        read = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError) as found:  # a number of 5,000 digits
        raise error.single(
            code,
            f"the text is not TOML: {found}",
            where=origin,
            mend="correct the line that is named; texts need quotes, tables need [ ]",
        ) from found
    except RecursionError:
        read = None
    if read is None or _is_deeper(read, DEEPEST):
        raise error.single(
            code,
            f"tables or lists stand more than {DEEPEST} deep in each other",
            where=origin,
            mend="no file of this kind needs that: remove what is nested so deeply",
        )
    return read


def _is_deeper(value: Any, most: int) -> bool:
    """Whether something stands deeper than ``most``; without recursion."""
    level = [value]
    for _ in range(most):
        level = [part for one in level for part in _parts(one)]
        if not level:
            return False
    return True


def _parts(one: Any) -> list[Any]:
    if isinstance(one, dict):
        return [part for part in one.values() if isinstance(part, dict | list)]
    return (
        [p for p in one if isinstance(p, dict | list)] if isinstance(one, list) else []
    )
