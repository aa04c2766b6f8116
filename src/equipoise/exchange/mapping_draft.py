"""Writes a mapping as TOML, with the reasons as comments."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from equipoise.errors.counted import counted
from equipoise.exchange.file_proposal import FileProposal, VisitColumns
from equipoise.protocol.toml_string import toml_string

BARE = re.compile(r"[A-Za-z0-9_-]+")
WIDTH = 88
HEAD = (
    "Read every entry and correct it. A comment in capitals marks what has to be checked "
    "or filled in; delete the word when you have done so. Until then the file is "
    "rejected (EQ355)."
)
PATTERN = (
    'columns that are not read, and why; one line for many: "lab_*" = "not needed"'
)
OPEN = "CHECK"
KEY = re.compile(r", (?=ignore = )")  # before the second key of a rule


def draft(
    protocol: str,
    files: Sequence[FileProposal],
    ignore_files: Mapping[str, str] | None = None,
) -> str:
    """The text of a mapping file.

    Args:
        protocol: id of the trial.
        files: one file; or several, each with its own entry of ``files``.
        ignore_files: reason for each file that is not read.
    """
    several = len(files) > 1 or bool(ignore_files)
    names = ", ".join(one.source.name for one in files)
    lines = [
        *_comment(f"Mapping of {names}, proposed by Equipoise."),
        *_comment(HEAD),
        "schema = 1",
        f"protocol = {_value(protocol)}",
    ]
    for one in files:
        lines += _file(one, f"files.{_key(one.source.name, quoted=True)}", several)
    if ignore_files:
        lines += ["", "[ignore_files]", *_keys(ignore_files)]
    return "\n".join(lines) + "\n"


def _file(one: FileProposal, place: str, several: bool) -> list[str]:
    """The entries of a file, under their own heading if there are several files."""

    def head(name: str) -> str:
        return f"{place}.{name}" if several else name

    lines = ["", *_comment(f"--- {one.source.name}"), f"[{place}]"] if several else []
    lines += ["people = true"] if several and one.owner else []
    for note in one.source.notes:
        guess = note.removesuffix(": check.")
        lines += _comment(guess, check=guess != note)
    if one.file:
        lines += ["", f"[{head('file')}]", *_keys(one.file)]
    lines += ["", *_comment(one.why, check=not one.sure)]
    if one.joined:
        lines += _comment(one.joined, check=one.unmatched > 0)
    lines += [f"[{head('participant')}]", *_keys({"column": one.participant})]
    lines += [f"# {key}" for key in re.split(KEY, one.rule) if key]
    if one.visits is not None:
        lines += ["", *_visits(one.visits, head("visit"))]
    if one.start is not None:
        told = {"column": one.start.column, "format": one.start.format}
        lines += ["", *_comment(one.start.why, check=not one.start.sure)]
        lines += [f"[{head('day0')}]", *_keys(told)]
    lines += _rows(one, head)
    for found in one.findings:
        rule = {"column": found.columns[0], **found.rule}
        lines += ["", *_comment(found.why, check=found.confidence == "low")]
        lines += [f"[[{head('columns')}]]", *_keys(rule)]
    if one.ignored:
        lines += ["", *_comment(PATTERN), f"[{head('ignore')}]", *_keys(one.ignored)]
    return lines


def _rows(one: FileProposal, head: Callable[[str], str]) -> list[str]:
    """Which rows are read, and the columns of their items."""
    lines = []
    if one.where:
        why = "rows that are read; the others are counted in the report"
        lines += ["", *_comment(why), f"[{head('where')}]", *_keys(one.where)]
    if one.pivot:
        why = "one row per item: each code is read as a column of that name"
        lines += ["", *_comment(why), f"[{head('pivot')}]", *_keys(one.pivot)]
    return lines


def _visits(visits: VisitColumns, head: str) -> list[str]:
    one, *others = visits.columns
    lines = [*_comment(visits.why), f"[{head}]"]
    lines += _keys({"column": [one, *others] if others else one})
    lines += ["", f"[{head}.values]  # an empty text: rows without a visit"]
    for text, visit in visits.values.items():
        unclear = f"# {OPEN}: which visit? " if visit is None else ""
        if visit is not None and text in visits.unsure:
            lines += _comment("whether this is the visit", check=True)
        lines += [f"{unclear}{_key(text)} = {_value(visit or '')}"]
    if visits.hidden:
        lines += _comment(
            f"{counted(visits.hidden, 'value', 'is')} not shown, because of "
            "possible personal data: list each",
            check=True,
        )
    return lines


def _comment(text: str, *, check: bool = False) -> list[str]:
    """A comment, whatever a label of the file holds."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    marked = f"{OPEN}: {plain}" if check else plain
    lines = textwrap.wrap(
        marked, WIDTH - 2, break_long_words=False, break_on_hyphens=False
    )
    return [f"# {line}" for line in lines or [""]]


def _keys(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in table.items()]


def _key(text: str, *, quoted: bool = False) -> str:
    return text if BARE.fullmatch(text) and not quoted else _value(text)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_keys(value)) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return toml_string(value) if isinstance(value, str) else json.dumps(value)
