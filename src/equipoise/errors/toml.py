"""Reads TOML, or refuses in the words of the file's own kind."""

from __future__ import annotations

import tomllib
from typing import Any

from equipoise.errors.refusal import EquipoiseError


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
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as found:
        raise error.single(
            code,
            f"the text is not TOML: {found}",
            where=origin,
            mend="correct the line that is named; texts need quotes, tables need [ ]",
        ) from found
