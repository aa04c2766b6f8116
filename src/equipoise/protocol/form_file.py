"""Reads a form of the library: a ``FormDefinition``, or all problems together."""

from __future__ import annotations

from pydantic import ValidationError

from equipoise.errors import Problem, ProtocolError, refuse
from equipoise.errors.toml import read_toml
from equipoise.protocol.check_forms import form_problems
from equipoise.protocol.forms import FormDefinition


def parse_form(text: str, *, origin: str) -> FormDefinition:
    """Reads a form from TOML text.

    Args:
        text: content of the file.
        origin: name of the file, for messages.

    Raises:
        ProtocolError: EQ101, not TOML; EQ119, every wrong key or value, or every invalid
            field and check.
    """
    raw = read_toml(text, origin=origin, error=ProtocolError, code="EQ101")
    if raw.pop("schema", None) != 1:
        what, fix = "the schema is absent or unknown", "set schema = 1"
        raise ProtocolError.single("EQ119", what, where=origin, fix=fix)
    try:
        form = FormDefinition.model_validate(raw)
    except ValidationError as error:
        problems = [
            Problem(
                code="EQ119",
                what=f"{found['input']!r}: {found['msg']}",
                where=f"{origin}, {'.'.join(map(str, found['loc'])) or 'top level'}",
                fix="see the forms of the library for the keys of a form",
            )
            for found in error.errors()
        ]
        raise ProtocolError(*problems) from error
    refuse(ProtocolError, [*form_problems(form, origin)])
    return form
