"""Forms of a REDCap export: their status, and boxes of a form that was not filled in.

REDCap writes 0 for every box that is not ticked, also if the form was never opened. Read
as "no", a blank form would state that a participant has no disease.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from equipoise.errors.counted import counted
from equipoise.exchange.column_names import shortened
from equipoise.exchange.files import Source

STATUS = {"0": 0, "1": 1, "2": 2, "Incomplete": 0, "Unverified": 1, "Complete": 2}
LABELLED_STATUS = re.compile(r"Complete\?( \(\d+\))?")
BOX = re.compile(r"(?P<base>.+?)___(?P<code>\w+)")
LABELLED_BOX = re.compile(
    r"(?P<base>.*) \(choice=(?P<code>.*?)\)( \(\d+\))?", re.DOTALL
)
TICKED, NOT_TICKED = ("1", "Checked"), ("0", "Unchecked")
# Boxes that state that there is no answer: REDCap's missing data codes, and labels.
# A negative code is written with an underscore: the box of -99 is `race____99`.
NO_ANSWER = re.compile(
    r"_\d+|ni|inv|unk|nask|asku|nav|msk|na|navu|np|no information|not known|unknown"
    r"|not asked|asked but unknown|not available|not applicable|refused|declined"
    r"|prefer not to (answer|say)|missing|not done",
    re.IGNORECASE,
)
# Columns that REDCap adds to each row: they belong to no form.
OWN = re.compile(
    r"redcap_\w+|event name|repeat (instrument|instance)|data access group"
    r"|survey (identifier|timestamp)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Form:
    """The columns of one form.

    Attributes:
        status: column with its status; None if the export has none.
        columns: all others of the form.
        questions: boxes of each question, with the code or label of each.
    """

    status: str | None
    columns: tuple[str, ...]
    questions: Mapping[str, Mapping[str, str]]


def forms(source: Source) -> list[Form]:
    """The forms of an export: REDCap writes the status after the fields of each form.

    Args:
        source: a raw or labelled export; any other file has one form without a status.
    """
    found: list[Form] = []
    columns: list[str] = []
    for column in map(str, source.table.columns):
        if is_status(column, source.table[column]):
            found.append(_form(column, columns))
            columns = []
        elif not OWN.fullmatch(column):
            columns.append(column)
    return [*found, *([_form(None, columns)] if columns else [])]


def is_status(column: str, texts: pd.Series[Any]) -> bool:
    """Whether a column is the status of a form.

    Args:
        column: its name.
        texts: its cells.
    """
    named = column.endswith("_complete") or LABELLED_STATUS.fullmatch(column)
    return bool(named) and set(texts.unique()) <= {"", *STATUS}


def box(column: str) -> tuple[str, str] | None:
    """Question and code of a box of a checkbox field, None for another column.

    Args:
        column: such as ``race___1``, or ``Race (choice=Asian)``.
    """
    found = LABELLED_BOX.fullmatch(column) or BOX.fullmatch(column)
    return (found["base"], found["code"]) if found else None


def _form(status: str | None, columns: Sequence[str]) -> Form:
    questions: dict[str, dict[str, str]] = {}
    for column in columns:
        found = box(column)
        if found is not None:
            questions.setdefault(found[0], {})[column] = found[1]
    return Form(status, tuple(columns), questions)


def as_answered(source: Source, used: Collection[str]) -> Source:
    """The file without the boxes that are no answer, and what was noted about its forms.

    A box that is not ticked is an answer if the form is complete or unverified, or if
    another box of the question is ticked; not in a blank or incomplete form, and not if
    the box of a missing data code is ticked.

    Args:
        source: an export of REDCap; another file is returned unchanged.
        used: columns that the mapping reads.
    """
    known = [form for form in forms(source) if form.status or form.questions]
    if not known:
        return source
    cells = source.cells
    emptied: dict[str, pd.Series[Any]] = {}
    notes: list[str] = []
    for form in known:
        notes += _incomplete(form, cells, used)
        for question, boxes in form.questions.items():
            names = [name for name in boxes if name in used and _is_box(cells[name])]
            if not names:
                continue
            lost, open_ = _unanswered(form, boxes, cells)
            blank = {n: lost & cells[n].isin(NOT_TICKED) for n in names}
            emptied |= {n: cells[n].mask(where, "") for n, where in blank.items()}
            count = int(pd.DataFrame(blank).any(axis=1).sum())
            if count:
                notes.append(
                    f"{source.name}: {question!r} has no answer in {count} of "
                    f"{counted(len(cells), 'row')}: no box is ticked, and the form is "
                    "blank or incomplete, or a missing data code is ticked"
                )
            if open_.any() and form.status is None:
                notes.append(
                    f"{source.name}: the export has no status of the form of "
                    f"{question!r}: in {counted(int(open_.sum()), 'row')} boxes that are "
                    "not ticked are read as such, also if the form was never opened"
                )
    if not notes:
        return source
    made = cells.assign(**emptied)
    return replace(source, table=made, notes=(*source.notes, *notes))


def _is_box(texts: pd.Series[Any]) -> bool:
    return set(texts.unique()) <= {"", *TICKED, *NOT_TICKED}


def _unanswered(
    form: Form, boxes: Mapping[str, str], cells: pd.DataFrame
) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Rows without a tick that are no answer, and those that are one."""
    ticked = cells[list(boxes)].isin(TICKED)
    codes = [name for name, code in boxes.items() if NO_ANSWER.fullmatch(code)]
    no_answer = ticked[codes].any(axis=1)
    real = ticked.drop(columns=codes).any(axis=1)
    if form.status is not None:
        closed = cells[form.status].map(STATUS).fillna(0) > 0
    else:
        others = [c for c in form.columns if box(c) is None]
        # The first column identifies the record, and is filled in every row.
        closed = (cells[[c for c in others if c != cells.columns[0]]] != "").any(axis=1)
    lost = (no_answer | ~closed) & ~real
    return lost, ~lost & ~real


def _incomplete(
    form: Form, cells: pd.DataFrame, used: Collection[str]
) -> Iterator[str]:
    """A note on forms that are marked incomplete and hold values that are read."""
    names = [c for c in form.columns if c in used and c != cells.columns[0]]
    if form.status is None or not names:
        return
    filled = ~cells[names].isin(["", *NOT_TICKED[1:]])
    for name in names:
        if box(name) is not None:
            filled[name] = cells[name].isin(TICKED)
    rows = cells.index[(cells[form.status].map(STATUS) == 0) & filled.any(axis=1)]
    if len(rows):
        shown = shortened([str(row) for row in rows])
        yield (
            f"{form.status!r} marks a form as incomplete that has values, which are read: "
            f"row {shown}"
        )
