"""Reads a protocol file: a ``Protocol``, or all problems together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from equipoise.errors import EquipoiseError, Problem, ProtocolError, refuse
from equipoise.errors.toml import read_toml
from equipoise.instruments.model import Instrument
from equipoise.protocol.check import check
from equipoise.protocol.forms import FormDefinition
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names
from equipoise.protocol.toml_structure import problems_of, without

FindInstrument = Callable[[str], Instrument]
FindForm = Callable[[str], FormDefinition]


def no_form(name: str) -> FormDefinition:
    """For a protocol that is read without the library of forms."""
    raise ProtocolError.single(
        "EQ111",
        f"there is no form {name!r}",
        where="the library",
        fix="define the form in the protocol, with its fields",
    )


def parse_protocol(
    text: str,
    *,
    origin: str,
    find_instrument: FindInstrument,
    find_form: FindForm = no_form,
) -> Protocol:
    """Reads a protocol from TOML text.

    Args:
        text: content of a protocol file.
        origin: name of the file, for messages.
        find_instrument: returns the definition of an instrument by its id, or raises an
            ``EquipoiseError``.
        find_form: returns a form of the library by its id, likewise.

    Raises:
        ProtocolError: EQ101 to EQ118, all problems together.
    """
    protocol, problems = inspect_protocol(
        text, origin=origin, find_instrument=find_instrument, find_form=find_form
    )
    refuse(ProtocolError, problems)
    if protocol is None:
        raise AssertionError("a protocol without problems exists")
    return protocol


def inspect_protocol(
    text: str,
    *,
    origin: str,
    find_instrument: FindInstrument,
    find_form: FindForm = no_form,
) -> tuple[Protocol | None, list[Problem]]:
    """The protocol if it can be used, else None, and every problem.

    Entries with a wrong key or value are excluded from the rest of the check, so that one
    misspelled key does not hide other problems.
    """
    try:
        raw = read_toml(text, origin=origin, error=ProtocolError, code="EQ101")
    except ProtocolError as error:
        return None, list(error.problems)
    protocol, problems = _shaped(raw, origin)
    if protocol is None:
        return None, problems
    scales, absent = _scales(protocol, origin, find_instrument)
    forms, missing = _forms(protocol, origin, find_form)
    known = tuple(use for use in protocol.forms if use.use is None or use.use in forms)
    protocol = protocol.model_copy(
        update={"scales": scales, "standard_forms": forms, "forms": known}
    )
    problems += (
        absent + missing + check(protocol, Names.of(protocol, raw), origin=origin)
    )
    return (None if problems else protocol), problems


def _shaped(
    raw: Mapping[str, Any], origin: str
) -> tuple[Protocol | None, list[Problem]]:
    """The file as a model, if necessary without the entries that have problems."""
    try:
        return Protocol.model_validate(raw), []
    except ValidationError as error:
        problems = problems_of(error, raw, origin)
        try:
            return Protocol.model_validate(without(raw, error)), problems
        except ValidationError:
            return None, problems  # too much is wrong to look further


def _scales(
    protocol: Protocol, origin: str, find: FindInstrument
) -> tuple[dict[str, Instrument], list[Problem]]:
    scales: dict[str, Instrument] = {}
    problems: list[Problem] = []
    for use in protocol.instruments:
        try:
            scales[use.id] = find(use.id)
        except EquipoiseError as refusal:
            where = f"{origin}, instruments[{use.id}]"
            problems += _not_found(refusal, f"instrument {use.id!r}", where)
    return scales, problems


def _forms(
    protocol: Protocol, origin: str, find: FindForm
) -> tuple[dict[str, FormDefinition], list[Problem]]:
    forms: dict[str, FormDefinition] = {}
    problems: list[Problem] = []
    for use in protocol.forms:
        if use.use is not None and use.use not in forms:
            try:
                forms[use.use] = find(use.use)
            except EquipoiseError as refusal:
                where = f"{origin}, forms[{use.use}]"
                problems += _not_found(refusal, f"form {use.use!r}", where)
    return forms, problems


def _not_found(refusal: EquipoiseError, what: str, where: str) -> list[Problem]:
    return [
        Problem(
            code="EQ111",
            what=f"{what}: {found.code} {found.what}",
            where=f"{where}; {found.where}",
            fix=found.fix,
        )
        for found in refusal.problems
    ]
