"""Writes a mapping as TOML, with the reasons as comments."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from equipoise.exchange.key_columns import Visits
from equipoise.exchange.recognition import Finding

BARE = re.compile(r"[A-Za-z0-9_-]+")
WIDTH = 88


def draft(
    *,
    protocol: str,
    name: str,
    file: Mapping[str, Any],
    participant: tuple[str, str],
    visits: Visits | None,
    day0: tuple[str, str] | None,
    findings: Sequence[Finding],
    ignored: Mapping[str, str],
    notes: Sequence[str] = (),
) -> str:
    """The text of a mapping file.

    Args:
        protocol: id of the trial.
        name: of the data file.
        file: keys of ``[file]``.
        participant: column, and why.
        visits: column of the visit of a row, None in a wide file.
        day0: column and format, None without one.
        findings: what the columns are.
        ignored: reason for each column, or family with ``*``, that is not read.
        notes: how the file was read, each a sentence.
    """
    column, why = participant
    lines = [
        _comment(f"Mapping of {name}, proposed by Equipoise: read it, and correct it."),
        *map(_comment, notes),
        "schema = 1",
        f"protocol = {_value(protocol)}",
    ]
    if file:
        lines += ["", "[file]", *_keys(file)]
    lines += ["", _comment(why), "[participant]", *_keys({"column": column})]
    if visits is not None:
        lines += ["", *_visits(visits)]
    if day0 is not None:
        told = dict(zip(("column", "format"), day0, strict=True))
        lines += ["", "# a date named like day 0: check", "[day0]", *_keys(told)]
    for one in findings:
        rule = {"column": one.columns[0], **one.rule}
        head = _comment(one.why + (": CHECK" if one.confidence == "low" else ""))
        lines += ["", head, "[[columns]]", *_keys(rule)]
    if ignored:
        lines += ["", "[ignore]", *_keys(ignored)]
    return "\n".join(lines) + "\n"


def _visits(visits: Visits) -> list[str]:
    one, *others = visits.columns
    lines = [_comment(visits.why), "[visit]"]
    lines += _keys({"column": [one, *others] if others else one})
    lines += ["", "[visit.values]  # an empty text: rows without a visit"]
    for text, visit in visits.values.items():
        unclear = "# CHECK: which visit? " if visit is None else ""
        lines += [f"{unclear}{_key(text)} = {_value(visit or '')}"]
    return lines


def _comment(text: str) -> str:
    """A comment of one line, whatever a label of the file holds."""
    return "# " + "".join(c if c.isprintable() else " " for c in text)


def _keys(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in table.items()]


def _key(text: str) -> str:
    return text if BARE.fullmatch(text) else _value(text)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_keys(value)) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    # TOML allows no control character in a text, and JSON lets one of them stand.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
