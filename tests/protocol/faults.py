"""A protocol of the library with faults in it, and what is said of them."""

from __future__ import annotations

from functools import cache

from equipoise import library
from equipoise.errors import Problem
from equipoise.exchange.protocols import library_form
from equipoise.instruments.load import parse_instrument
from equipoise.instruments.model import Instrument
from equipoise.protocol.load import inspect_protocol
from equipoise.protocol.model import Protocol

FEDER = library.text("protocols", "feder2021")
Change = tuple[str, str]


@cache
def instrument(name: str) -> Instrument:
    return parse_instrument(library.text("instruments", name), origin=name)


def read(*changes: Change, text: str = FEDER) -> tuple[Protocol | None, list[Problem]]:
    """The protocol after some changes, each made once, and every problem."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return inspect_protocol(
        text,
        origin="trial.toml",
        find_instrument=instrument,
        find_form=library_form,
    )


def found(*changes: Change, text: str = FEDER) -> list[tuple[str, str]]:
    """Code and place of every problem, the name of the file left out."""
    problems = read(*changes, text=text)[1]
    return [(p.code, p.where.partition(", ")[2]) for p in problems]
