"""Reads a form of the library: a ``FormDefinition``, or every problem at once."""

from __future__ import annotations

from pydantic import ValidationError

from equipoise.errors import Problem, ProtocolError, refuse
from equipoise.errors.toml import read_toml
from equipoise.protocol.check_forms import form_problems
from equipoise.protocol.forms import FormDefinition


def parse_form(text: str, *, origin: str) -> FormDefinition:
    """The form that a TOML text states.

    Args:
        text: content of the file.
        origin: name of the file, for messages.

    Raises:
        ProtocolError: EQ101, not TOML; EQ119, every part of the wrong shape, or every
            field and check that cannot be followed.
    """
    raw = read_toml(text, origin=origin, error=ProtocolError, code="EQ101")
    if raw.pop("schema", None) != 1:
        what, fix = "no schema that is known", "schema = 1"
        raise ProtocolError.single("EQ119", what, where=origin, mend=fix)
    try:
        form = FormDefinition.model_validate(raw)
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
    refuse(ProtocolError, [*form_problems(form, origin)])
    return form
