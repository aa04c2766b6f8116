"""Reads a protocol file: a ``Protocol``, or every problem at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from equipoise.errors import EquipoiseError, Problem, ProtocolError, refuse
from equipoise.errors.toml import read_toml
from equipoise.instruments.model import Instrument
from equipoise.protocol.check import check
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names
from equipoise.protocol.shape import problems_of, without

FindInstrument = Callable[[str], Instrument]


def parse_protocol(
    text: str, *, origin: str, find_instrument: FindInstrument
) -> Protocol:
    """The protocol that a TOML text states.

    Args:
        text: content of a protocol file.
        origin: name of the file, for messages.
        find_instrument: gives the definition of an instrument by its id; raises an
            ``EquipoiseError`` where there is none.

    Raises:
        ProtocolError: EQ101 to EQ118, every problem at once.
    """
    protocol, problems = inspect_protocol(
        text, origin=origin, find_instrument=find_instrument
    )
    refuse(ProtocolError, problems)
    if protocol is None:
        raise AssertionError("a protocol without problems exists")
    return protocol


def inspect_protocol(
    text: str, *, origin: str, find_instrument: FindInstrument
) -> tuple[Protocol | None, list[Problem]]:
    """The protocol if it can be used, else None, and every problem.

    Entries of the wrong shape are left out for the rest of the check, so that one
    misspelt key does not hide what else is wrong.
    """
    try:
        raw = read_toml(text, origin=origin, error=ProtocolError, code="EQ101")
    except ProtocolError as error:
        return None, list(error.problems)
    protocol, problems = _shaped(raw, origin)
    if protocol is None:
        return None, problems
    scales, absent = _scales(protocol, origin, find_instrument)
    protocol = protocol.model_copy(update={"scales": scales})
    problems += absent + check(protocol, Names.of(protocol, raw), origin=origin)
    return (None if problems else protocol), problems


def _shaped(
    raw: Mapping[str, Any], origin: str
) -> tuple[Protocol | None, list[Problem]]:
    """The file as a model, if need be without the entries that are wrong."""
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
            problems += [
                Problem(
                    code="EQ111",
                    what=f"instrument {use.id!r}: {found.code} {found.what}",
                    where=f"{origin}, instruments[{use.id}]; {found.where}",
                    mend=found.mend,
                )
                for found in refusal.problems
            ]
    return scales, problems
