"""Reads a form of the library: a ``FormDefinition``, or every problem at once."""

from __future__ import annotations

from pydantic import ValidationError

from equipoise.errors import Problem, ProtocolError
from equipoise.errors.toml import read_toml
from equipoise.protocol.forms import FormDefinition


def parse_form(text: str, *, origin: str) -> FormDefinition:
    """The form that a TOML text states.

    Args:
        text: content of the file.
        origin: name of the file, for messages.

    Raises:
        ProtocolError: EQ101, not TOML; EQ119, every part of the wrong shape.
    """
    raw = read_toml(text, origin=origin, error=ProtocolError, code="EQ101")
    try:
        return FormDefinition.model_validate(raw)
    except ValidationError as error:
        problems = [
            Problem(
                code="EQ119",
                what=f"{found['input']!r}: {found['msg']}",
                where=f"{origin}, {'.'.join(map(str, found['loc'])) or 'top level'}",
                mend="see the forms of the library for what a form may say",
            )
            for found in error.errors()
        ]
        raise ProtocolError(*problems) from error
