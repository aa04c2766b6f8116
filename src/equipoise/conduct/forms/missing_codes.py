"""Missing codes: why a field has no value, stored instead of the value.

The texts are those of the data contract (``reason_missing``). A code is never a value:
``Current.answers`` omits coded fields, exports have an empty cell and the code in another
column.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from equipoise.protocol.forms import MISSING_CODES

PREFIX = "missing:"
# Code -> text; order of the page.
MISSING: Mapping[str, str] = MappingProxyType(
    {code: code.capitalize() for code in MISSING_CODES}
)


def is_code(text: str) -> bool:
    """Whether a stored text is a missing code and not a value.

    Example:
        >>> is_code("missing:refused"), is_code("3")
        (True, False)
    """
    return text.startswith(PREFIX)


def code(text: str) -> str:
    """The missing code of a stored text; empty for a value.

    Example:
        >>> code("missing:refused")
        'refused'
    """
    return text.removeprefix(PREFIX) if is_code(text) else ""


def kept(code_: str) -> str:
    """A missing code for storage instead of a value; ValueError for an unknown code."""
    if code_ not in MISSING:
        raise ValueError(f"not a missing code: {code_!r}")
    return PREFIX + code_


def without_codes(said: Mapping[str, str]) -> dict[str, str]:
    """The values, without fields that have a code."""
    return {name: text for name, text in said.items() if not is_code(text)}
