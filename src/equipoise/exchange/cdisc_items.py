"""Proposes what the codes of a CDISC file with one row per item mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.exchange.column_profile import normal
from equipoise.exchange.files import Source
from equipoise.exchange.mapping_rows import Pivot
from equipoise.exchange.recognition import Finding
from equipoise.instruments.model import Instrument
from equipoise.protocol.model import Protocol

LAST = re.compile(r"(.*?)(\d{2})")
SHORT = re.compile(r"\(([^()]+)\)")
TOTAL = {"total", "score", "subscore", "sum"}


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a file, its label and its category."""

    name: str
    label: str
    category: str


def pivot(source: Source, kind: str) -> Pivot | None:
    """The columns of the code and of the value of a dataset; None for other datasets."""
    columns = {str(column) for column in source.cells.columns}
    pairs = [("PARAMCD", "AVAL"), ("PARAMCD", "AVALC"), ("QNAM", "QVAL")]
    pairs += [(f"{kind}TESTCD", f"{kind}STRES{end}") for end in "NC"]
    for code, value in pairs:
        if {code, value} <= columns and (source.cells[value] != "").any():
            return Pivot(code=code, value=value)
    return None


def codes(source: Source, by: Pivot) -> list[Code]:
    """Every code of a file, with the first label and category that it has."""
    cells = source.cells
    stem = by.code.removesuffix("CD")
    other = {"PARAM": "PARCAT1", "QNAM": ""}.get(stem, f"{stem[:2]}CAT")
    label = "QLABEL" if by.code == "QNAM" else stem
    first = cells.drop_duplicates(by.code)
    empty = [""] * len(first)
    labels = first[label] if label in cells else empty
    categories = first[other] if other in cells else empty
    found = zip(first[by.code], labels, categories, strict=True)
    return [Code(str(n), str(text), str(cat)) for n, text, cat in found if n]


def findings(known: list[Code], protocol: Protocol) -> Iterator[Finding]:
    """Items, scores and measurements among the codes."""
    for scale in protocol.scales.values():
        own = [code for code in known if _of(code, scale)]
        yield from _scale(own, scale)
    schedule = protocol.schedule
    wanted = {
        n for v in schedule.visits for m in schedule.measurements(v) for n in m.names
    }
    for code in known:
        if code.name in wanted:
            rule = {"to": f"measurements.{code.name}"}
            yield Finding(
                (code.name,), rule, "its code is that of the protocol", "high"
            )


def _scale(own: list[Code], scale: Instrument) -> Iterator[Finding]:
    items = {}
    for code in own:
        parts = LAST.fullmatch(code.name)
        total = bool(TOTAL & set(normal(code.label).split()))
        number = str(int(parts[2])) if parts else ""
        if number in scale.items and not total:
            items[number] = code.name
        elif total:
            rule = {"to": f"score.{scale.id}.{scale.primary_score}"}
            why = f"named like the score of {scale.name}"
            yield Finding((code.name,), rule, why, "low")
    stems = {name[:-2] for name in items.values()}
    if len(stems) == 1 and set(items) == set(scale.items):
        rule = {"column": f"{min(stems)}{{item:02}}", "to": f"items.{scale.id}"}
        why = f"as many codes as {scale.name} has items"
        yield Finding(tuple(items.values()), rule, why, "medium")
        return
    for number, name in items.items():
        rule = {"to": f"item.{scale.id}.{number}"}
        yield Finding((name,), rule, f"named like an item of {scale.name}", "low")


def _of(code: Code, scale: Instrument) -> bool:
    """Whether the category or the label of a code names the instrument."""
    short = SHORT.findall(scale.name)
    names = {_tight(text) for text in (scale.id, scale.name, scale.version, *short)}
    said = _tight(code.label)
    return _tight(code.category) in names or any(
        len(name) > 2 and said.startswith(name) for name in names
    )


def _tight(text: str) -> str:
    return normal(text).replace(" ", "")
