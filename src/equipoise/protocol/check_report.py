"""Checks that ``[report]`` names sections and tables that a report can have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from equipoise.errors import Problem, listing
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names
from equipoise.protocol.report_names import SECTIONS, block_names
from equipoise.protocol.toml_structure import near

PICTURES = (".png", ".svg")


def problems(protocol: Protocol, names: Names, origin: str) -> Iterator[Problem]:
    """EQ118 for a section, table or logo that a report cannot have."""
    options = protocol.report
    yield from _unknown("sections", options.sections, SECTIONS, origin)
    known = (*SECTIONS, *block_names(protocol))
    yield from _unknown("omit", options.omit, known, origin)
    for name in sorted({n for n in options.sections if options.sections.count(n) > 1}):
        yield Problem(
            code="EQ118",
            what=f"section {name!r} is named twice",
            where=f"{origin}, report.sections",
            fix="name each section once",
        )
    logo = options.logo
    if logo is not None and (
        not logo.lower().endswith(PICTURES) or "/" in logo or "\\" in logo
    ):
        yield Problem(
            code="EQ118",
            what=f"the logo {logo!r} is not the name of a PNG or SVG file",
            where=f"{origin}, report.logo",
            fix="put a PNG or SVG file into the folder of the protocol, and name it",
        )


def _unknown(
    key: str, wanted: Iterable[str], known: Iterable[str], origin: str
) -> Iterator[Problem]:
    possible = list(known)
    for name in wanted:
        if name not in possible:
            yield Problem(
                code="EQ118",
                what=f"a report has no {_kind(key)} {name!r}",
                where=f"{origin}, report.{key}",
                fix=f"{near(name, possible)}use one of: {listing(possible)}",
            )


def _kind(key: str) -> str:
    return "section" if key == "sections" else "section, table, figure or listing"
