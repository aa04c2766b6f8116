"""Missing codes: why a question has no answer, kept in the place of the answer.

The words are those of the data contract (``reason_missing``). A code is never a value:
``Current.answers`` leaves coded fields out, exports have an empty cell and the code
beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from equipoise.protocol.forms import MISSING_CODES

PREFIX = "missing:"
# Code -> words; order of the page.
MISSING: Mapping[str, str] = MappingProxyType(
    {code: code.capitalize() for code in MISSING_CODES}
)


def is_code(text: str) -> bool:
    """Whether a kept text is a missing code and no value.

    Example:
        >>> is_code("missing:refused"), is_code("3")
        (True, False)
    """
    return text.startswith(PREFIX)


def code(text: str) -> str:
    """The missing code of a kept text; empty for a value.

    Example:
        >>> code("missing:refused")
        'refused'
    """
    return text.removeprefix(PREFIX) if is_code(text) else ""


def kept(code_: str) -> str:
    """A missing code as it is kept in the place of a value; ValueError for no code."""
    if code_ not in MISSING:
        raise ValueError(f"no missing code: {code_!r}")
    return PREFIX + code_


def without_codes(said: Mapping[str, str]) -> dict[str, str]:
    """The values alone: fields that hold a code are left out."""
    return {name: text for name, text in said.items() if not is_code(text)}
