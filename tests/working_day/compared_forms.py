"""What several users typed at a trial, and where the export has it: every form, any table.

Ratings are compared by ``compared``. Events, milestones and visits have tables of their own
with days from day 0; consent and demographics are columns of the participant. Eligibility,
the reason for which somebody is not included, and the relapse plan have no table of their
own: they are compared with what is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.models import Participant
from tests.working_day.compared import Values, as_exported, as_typed
from tests.working_day.recorded import Recorded, Where

Tables = Mapping[str, pd.DataFrame]
UNTABLED = ("eligibility", "relapse-plan", "exclusion")
# Name of the question -> column in the export, where it is not the same.
COLUMNS = {
    "started_on": "started_day", "stopped_on": "stopped_day", "date": "actual_day",
    "agreed": "agreed_day", "planned": "planned_day", "signed_at": "consented_at",
}  # fmt: skip
KEPT_ELSEWHERE = ("version", "copy")  # of the consent: on record, in no table


def typed_by(users: Iterable[Recorded]) -> dict[Where, Values]:
    """Everything that was typed; whoever stands later corrected it."""
    typed: dict[Where, Values] = {}
    for user in users:
        for where, values in user.typed.items():
            typed.setdefault(where, {}).update(values)
    assert typed
    return typed


def differences(typed: Mapping[Where, Values], tables: Tables) -> list[str]:
    """Form and item of each answer that is not in the export as it was typed."""
    found = []
    for where, values in typed.items():
        if where[1].startswith("instrument:") or where[1] == "vitals":
            found += _of_ratings(where, values, tables)
            continue
        row = _row(where, values, tables)
        for item, text in values.items():
            told, held = _typed(where, item, text), row.get(_column(where, item), "")
            if _plain(told) != _plain(held):
                found.append(f"{where} {item}: typed {told!r}, exported {held!r}")
    return found


def _of_ratings(where: Where, values: Values, tables: Tables) -> list[str]:
    """A questionnaire that was entered from paper has the date of the sheet, too."""
    digits = {item: text for item, text in values.items() if item != "paper_date"}
    if as_exported({where: digits}, tables) != as_typed({where: digits}):
        return [f"{where}: {digits}"]
    rows = _of(tables["answers"], where)
    rows = rows[rows["instrument"] == where[1].partition(":")[2]]
    dates = set(rows["paper_date"])
    told = {values["paper_date"]} if "paper_date" in values else dates
    return [] if dates == told else [f"{where} paper_date: {told}, exported {dates}"]


def _row(where: Where, values: Values, tables: Tables) -> dict[str, str]:
    participant, form = where[:2]
    name, _, number = form.partition("#")
    if form in UNTABLED:
        return dict(current(participant).answers(form))
    if form in ("consent", "characteristics"):
        (row,) = _of(tables["participants"], where).to_dict("records")
        kept = current(participant).answers(form) if form == "consent" else {}
        return row | {item: kept.get(item, "") for item in KEPT_ELSEWHERE}
    if name == "event":
        return dict(_of(tables["events"], where).iloc[int(number) - 1])
    if name == "milestone":
        rows = _of(tables["dispositions"], where)
        (row,) = rows[rows["milestone"] == values["milestone"]].to_dict("records")
        return row
    rows = _of(tables["visits" if form == "visit" else f"form_{name}"], where)
    if number:
        rows = rows[rows["number"] == number]
    (row,) = rows.to_dict("records")
    return dict(row)


def _of(table: pd.DataFrame, where: Where) -> pd.DataFrame:
    rows = table[table["participant"] == where[0]]
    return rows[rows["visit"] == where[2]] if "visit" in table else rows


def _column(where: Where, item: str) -> str:
    if where[1].startswith("milestone") and item == "date":
        return "day"
    own = where[1] in ("visit", "consent") or where[1].startswith("event")
    return COLUMNS.get(item, item) if own else item


def _typed(where: Where, item: str, text: str) -> str:
    """A date as the day from day 0, where the export has days."""
    if _column(where, item) not in ("day", *COLUMNS.values()) or "T" in text:
        return text
    day0 = Participant.objects.get(identifier=where[0]).day0
    assert day0, where
    return str((date.fromisoformat(text) - day0).days)


def _plain(text: object) -> str:
    """Numbers by size, flags as words, times without zone and T; a missing code is none."""
    told = str(text or "")
    if told.startswith("missing:"):
        return ""
    try:
        return f"{float(told):g}"
    except ValueError:
        pass
    told = {"True": "yes", "False": "no"}.get(told, told)
    whole = told.replace("T", " ").removesuffix("+00:00").removesuffix(":00")
    return whole if told[:2] == "20" else told
