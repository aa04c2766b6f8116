"""A text as a string of TOML."""

from __future__ import annotations

import json


def toml_string(text: str) -> str:
    r"""A basic string of TOML, on one line.

    Its escapes are those of JSON; TOML forbids one more control character, DEL.

    Example:
        >>> print(toml_string('say "no"'))
        "say \"no\""
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
