"""Recognizes the items of a form: their columns, codes and common name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from equipoise.exchange.cells import is_number
from equipoise.exchange.column_profile import CODES, NONE, Look, not_done
from equipoise.exchange.recognition import Confidence, Finding, Scene
from equipoise.instruments.model import Instrument

NOISE = re.compile(r"(sev|severity|item|q|i|rating|response|score|raw)?0*(\d+)")
NUMBERED = re.compile(r"\s*(-?\d+)\b")
SLIP = 4  # characters of an impossible number that is shown


@dataclass(frozen=True)
class Form:
    """Items of one instrument at one visit.

    Attributes:
        columns: column of each item.
        values: number of each text that is recoded.
        offset: is added to each other number.
        missing: texts without a response.
    """

    instrument: str
    visit: str | None
    columns: Mapping[str, str]
    values: Mapping[str, int]
    offset: float
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]

    def better_than(self, other: Form) -> bool:
        """Whether this form has more items than another one."""
        return len(self.columns) > len(other.columns)

    def sums(self, items: Sequence[str], cells: pd.DataFrame) -> pd.Series[Any] | None:
        """Sum of some items in each row, missing where one of them is."""
        if not items or not set(items) <= set(self.columns):
            return None
        parts = [self._numbers(cells[self.columns[item]]) for item in items]
        return pd.concat(parts, axis=1).sum(axis=1, skipna=False)

    def shifted(self, note: str, offset: float) -> Form:
        """The same form, its codes with a number added, to be checked.

        Args:
            note: why.
            offset: is added to each code; 0 leaves them unchanged.
        """
        known = self.offset + offset
        extra = {"offset": int(known)} if offset else {}
        found = tuple(
            replace(
                one,
                rule={**one.rule, **extra},
                why=f"{one.why}; {note}",
                confidence="low",
            )
            for one in self.findings
        )
        return replace(self, findings=found, offset=known)

    def unnamed(self, reason: str) -> Form:
        """The same form of columns that do not name it, to be checked.

        Args:
            reason: why they are taken as its items.
        """
        form = self.shifted(reason, 0)
        found = tuple(
            replace(one, why=one.why.replace("named like", "taken as", 1))
            for one in form.findings
        )
        return replace(form, findings=found)

    def _numbers(self, texts: pd.Series[Any]) -> pd.Series[Any]:
        known: dict[str, float] = {}
        for text in texts.unique():
            if text in self.values:
                known[text] = float(self.values[text])
            elif text not in self.missing and is_number(text):
                known[text] = float(text) + self.offset
        return texts.map(known).astype("float64")


def item_of(said: Sequence[str], scale: Instrument) -> str | None:
    """The item whose number is the first word: ``02``, ``q2``, or ``2 sadness``."""
    numbered = NOISE.fullmatch(said[0]) if said else None
    return next((i for i in scale.items if numbered and i == numbered[2]), None)


def frame_of(rest: Sequence[str], said: Sequence[str], item: str) -> str:
    """What columns of one form share: their words without the number of the item."""
    if len(said) == 1:
        return "_".join(re.sub(r"\d+$", "#", word) for word in rest)
    place = list(rest).index(said[0])
    head = [*rest[:place], said[0].removesuffix(item).rstrip("0") + "#"]
    return "_".join(head) + "_*"


def form(
    instrument: str,
    visit: str | None,
    parts: Sequence[tuple[str, Look]],
    scene: Scene,
    *,
    unsure: bool = False,
) -> Form | None:
    """All items of a form, or some of them; None if they are not clear.

    Args:
        instrument: its id.
        visit: None if the rows of the file state it.
        parts: item and column.
        scene: the file.
        unsure: whether the visit is a guess.
    """
    scale = scene.protocol.scales[instrument]
    columns = {item: look.column for item, look in parts}
    if len(columns) != len(parts):
        return None  # two columns for one item: which one counts is not clear
    coded = _coding(parts, scale)
    if coded is None:
        # Some items may have other codes; the others must still have one coding.
        parts = [part for part in parts if _near(*part, scale)]
        columns = {item: look.column for item, look in parts}
        coded = _coding(parts, scale) if len(parts) > len(scale.items) / 2 else None
    if coded is None:
        return None
    extra, note = coded
    rule = {"visit": visit, **extra} if visit is not None else extra
    if unsure:
        note += "; the numbers in the names are taken as the visits in their order"
    complete = set(columns) == set(scale.items)
    template = _template(columns, list(scene.looks)) if complete else None
    why = f"named like the items of {scale.name}{note}"
    points = 10.0 + len(columns)
    if template is not None:
        keys = {"column": template, "to": f"items.{instrument}", **rule}
        names = tuple(columns.values())
        sure: Confidence = "low" if note else "high"
        found = [Finding(names, keys, why, sure, points)]
    else:
        sure = "low" if note else "medium"
        found = [
            Finding(
                (column,), {"to": f"item.{instrument}.{i}", **rule}, why, sure, points
            )
            for i, column in columns.items()
        ]
    return Form(
        instrument=instrument,
        visit=visit,
        columns=columns,
        values=extra.get("values", {}),
        offset=extra.get("offset", 0.0),
        missing=tuple(extra.get("missing", ())),
        findings=tuple(found),
    )


def _template(columns: Mapping[str, str], known: Sequence[str]) -> str | None:
    """One name for all columns, with ``{item}`` in the place of the item."""
    item, column = next(iter(columns.items()))
    for mark, width in (("{item}", 1), ("{item:02}", 2)):
        text = item.zfill(width)
        for place in re.finditer(re.escape(text), column):
            head = column[: place.start()] + mark
            made = head + column[place.end() :]
            if all(made.replace(mark, i.zfill(width)) == c for i, c in columns.items()):
                return made
            sign = column[place.end() : place.end() + 1]
            if sign and not sign.isalnum():
                family = f"{head}{sign}*"
                if _only(family, mark, width, columns, known):
                    return family
    return None


def _only(
    family: str, mark: str, width: int, columns: Mapping[str, str], known: Sequence[str]
) -> bool:
    """Whether a template with ``*`` matches one column of the file for each item."""
    if any(sign in family.replace(mark, "")[:-1] for sign in "*?["):
        return False
    for item, column in columns.items():
        pattern = family.replace(mark, item.zfill(width))
        if [name for name in known if fnmatchcase(name, pattern)] != [column]:
            return False
    return True


def _near(item: str, look: Look, scale: Instrument) -> bool:
    """Whether the numbers of an item are its responses, or these plus 1."""
    allowed = scale.items[item].allowed
    known = {*allowed, *(value + 1 for value in allowed)}
    found = look.numbers
    if found is None:
        return False
    return all(v in known for t, v in found.values.items() if t not in CODES)


def _coding(
    parts: Sequence[tuple[str, Look]], scale: Instrument
) -> tuple[dict[str, Any], str] | None:
    """Keys ``values`` and ``missing`` of the rule, and a caution; None if unclear."""
    labels = {t: label for _, look in parts for t, label in look.labels.items()}
    absent = not_done(labels)
    absent += [t for _, look in parts for t in look.stated if t not in absent]
    allowed = {str(v) for item, _ in parts for v in scale.items[item].allowed}
    values: dict[str, int] = {}
    strange: list[str] = []
    by_label = {
        label: code for _, look in parts for code, label in look.choices.items()
    }
    for text in labels:
        if text in absent or _whole(text) in allowed:
            continue
        number = NUMBERED.match(text)
        if text in by_label and _whole(by_label[text]) in allowed:
            values[text] = int(by_label[text])
        elif text in CODES or text == NONE:
            absent.append(text)
        elif number and not is_number(text) and number[1] in allowed:
            values[text] = int(number[1])
        else:
            strange.append(text)
    if strange:
        return _shifted(labels, absent, allowed) or _slips(labels, absent, strange)
    made: dict[str, Any] = {"values": values} if values else {}
    stated = {t for _, look in parts for t in look.stated}
    guessed = [t for t in absent if t in {*CODES, NONE} - stated and labels[t] == t]
    note = f"; {', '.join(guessed)} read as missing" if guessed else ""
    return made | ({"missing": absent} if absent else {}), note


def _shifted(
    labels: Mapping[str, str], absent: list[str], allowed: set[str]
) -> tuple[dict[str, Any], str] | None:
    """Codes that start at 1 where the form starts at 0."""
    codes = [t for t in labels if t not in absent and t not in CODES]
    moved = {t: int(float(t)) - 1 for t in codes if is_number(t) and _whole(t)}
    if len(moved) != len(codes) or not {str(v) for v in moved.values()} <= allowed:
        return None
    absent = absent + [t for t in labels if t in CODES and t not in absent]
    made: dict[str, Any] = {"offset": -1}
    note = "; its codes seem to start at 1 instead of 0"
    return made | ({"missing": absent} if absent else {}), note


def _slips(
    labels: Mapping[str, str], absent: list[str], strange: list[str]
) -> tuple[dict[str, Any], str] | None:
    """A few impossible numbers among possible answers: left for the data check."""
    usual = len(labels) - len(absent) - len(strange)
    if not all(map(is_number, strange)) or usual < 3 * len(strange):
        return None
    short = [text for text in strange if len(text) <= SLIP]
    shown = ", ".join(short) if len(short) == len(strange) else "a number"
    note = f"; {shown} is not an allowed response and will be an error"
    return ({"missing": absent} if absent else {}), note


def _whole(text: str) -> str:
    """A whole number without zeros around it; empty for anything else."""
    return str(int(float(text))) if is_number(text) and float(text).is_integer() else ""
