"""Proposes what the codes of a CDISC file with one row per item mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from equipoise.errors.counted import agreeing
from equipoise.exchange.cells import is_number
from equipoise.exchange.column_profile import CODES, NOT_DONE, normal
from equipoise.exchange.files import Source
from equipoise.exchange.mapping_rows import Pivot
from equipoise.exchange.recognition import Confidence, Finding
from equipoise.instruments.model import Instrument
from equipoise.protocol.model import Protocol

LAST = re.compile(r"(.*?)(\d{2})")
SHORT = re.compile(r"\(([^()]+)\)")
TOTAL = {"total", "score", "subscore", "sum"}
TOTAL_CODES = ("TOT", "TOTAL", "SUM", "SCORE")


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a file, its label and its category.

    Attributes:
        texts: its different values.
    """

    name: str
    label: str
    category: str
    texts: tuple[str, ...] = ()


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
    filled = cells[cells[by.value] != ""].drop_duplicates([by.code, by.value])
    texts = filled.groupby(by.code)[by.value].agg(tuple).to_dict()
    found = zip(first[by.code], labels, categories, strict=True)
    return [
        Code(str(name), str(label), str(category), texts.get(name, ()))
        for name, label, category in found
        if name
    ]


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
            why = "its code is that of the protocol"
            yield _finding((code.name,), rule, why, "high", *_unfit([code], _unlikely))


def _scale(own: list[Code], scale: Instrument) -> Iterator[Finding]:
    items: dict[str, Code] = {}
    for code in own:
        parts = LAST.fullmatch(code.name)
        total = bool(TOTAL & set(normal(code.label).split()))
        total |= code.name.endswith(TOTAL_CODES)
        number = str(int(parts[2])) if parts else ""
        if number in scale.items and not total:
            items[number] = code
        elif total:
            rule = {"to": f"score.{scale.id}.{scale.primary_score}"}
            why = f"named like the score of {scale.name}"
            outside = _unfit([code], _beyond(*scale.scores[scale.primary_score].range))
            yield _finding((code.name,), rule, why, "low", *outside)
    stems = {code.name[:-2] for code in items.values()}
    allowed = {v for number in items for v in scale.items[number].allowed}
    outside = _unfit(items.values(), lambda x: x not in allowed)
    if len(stems) == 1 and set(items) == set(scale.items):
        rule = {"column": f"{min(stems)}{{item:02}}", "to": f"items.{scale.id}"}
        why = f"as many codes as {scale.name} has items"
        names = tuple(code.name for code in items.values())
        yield _finding(names, rule, why, "medium", *outside)
        return
    for number, code in items.items():
        rule = {"to": f"item.{scale.id}.{number}"}
        why = f"named like an item of {scale.name}"
        yield _finding((code.name,), rule, why, "low", *outside)


def _unfit(
    codes: Iterable[Code], outside: Callable[[float], bool]
) -> tuple[list[str], list[str]]:
    """Values that are not possible: codes of missing values, and all others."""
    texts = dict.fromkeys(text for code in codes for text in code.texts)
    odd = [t for t in texts if not is_number(t) or outside(float(t))]
    missing = [t for t in odd if t in CODES or normal(t) in NOT_DONE]
    return missing, [t for t in odd if t not in missing]


def _beyond(low: float, high: float) -> Callable[[float], bool]:
    return lambda value: not low <= value <= high


def _unlikely(value: float) -> bool:
    """Whether a number is no measurement: a negative one, such as -99."""
    return value < 0


def _finding(
    names: tuple[str, ...],
    rule: dict[str, Any],
    why: str,
    sure: Confidence,
    missing: list[str],
    odd: list[str],
) -> Finding:
    """A finding with the codes of missing values, and a caution for other values."""
    if missing:
        rule = {**rule, "missing": missing}
        why += f"; {', '.join(missing)} read as missing"
    if odd:
        why += f"; {len(odd)} of its values {agreeing(len(odd), 'is')} not possible"
    return Finding(names, rule, why, "low" if missing or odd else sure)


def _of(code: Code, scale: Instrument) -> bool:
    """Whether the category or the label of a code, or the code, names the instrument."""
    short = SHORT.findall(scale.name)
    names = {_tight(text) for text in (scale.id, scale.name, scale.version, *short)}
    said = _tight(code.label), _tight(code.name)
    return _tight(code.category) in names or any(
        len(name) > 2 and text.startswith(name) for name in names for text in said
    )


def _tight(text: str) -> str:
    return normal(text).replace(" ", "")
