"""The export beside what was typed: every form holds these values and no others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from equipoise.conduct.allocation.services import pharmacy_register
from equipoise.conduct.forms.missing_codes import code
from equipoise.conduct.study.protocols import in_force
from equipoise.leaktest.disclosing_texts import leaks
from tests.working_day.hands import Hands
from tests.working_day.recorded import Where

Tables = Mapping[str, pd.DataFrame]
Values = dict[str, str]
Items = list[tuple[str, str]]
ABOUT = {
    "participant", "visit", "timepoint_min", "number", "status", "not_done",
    "completed_by", "completed_at",
}  # fmt: skip


def no_arm_was_shown(users: Iterable[Hands], key: Path) -> None:
    """No page that a blinded user had before them names an arm, a drug or a lot."""
    lots = [lot.lot for lot in pharmacy_register.lots(key)]
    for user in users:
        assert user.seen or not user.is_blinded
        found = list(map(str, leaks(in_force(), user.seen, lots)))
        assert not found, found


def as_typed(typed: Mapping[Where, Values]) -> list[tuple[object, Items]]:
    """Each form with what was typed, without the time that the page fills in itself."""
    assert typed
    return _sorted((where, _told(values)) for where, values in typed.items())


def as_exported(
    typed: Mapping[Where, Values], tables: Tables
) -> list[tuple[object, Items]]:
    """The same forms as they are in the export, each with everything that is there.

    A repeated measurement has a number on the page, and in the export the minute at which
    it was: vital signs are compared by visit and values.
    """
    found: list[tuple[Where, Values]] = []
    for where in typed:
        if where[1] != "vitals":
            found.append((where, _of_form(where, tables)))
    for participant, visit in {(w[0], w[2]) for w in typed if w[1] == "vitals"}:
        own = _at(tables["measurements"], participant, visit)
        for _, rows in own.groupby("timepoint_min"):
            found.append(((participant, "vitals", visit, None), _items(rows, "name")))
    return _sorted(found)


def _sorted(found: Iterable[tuple[Where, Values]]) -> list[tuple[object, Items]]:
    keyed = [
        (
            (*where[:3], None if where[1] == "vitals" else where[3]),
            sorted(values.items()),
        )
        for where, values in found
    ]
    return sorted(keyed, key=str)


def _of_form(where: Where, tables: Tables) -> Values:
    participant, form, visit, minute = where
    kind, _, name = form.partition(":")
    if kind == "guess":
        rows = _at(tables["guesses"], participant, visit)
        return dict.fromkeys(["guess"], rows.loc[rows["by"] == name, "guess"].item())
    if kind == "instrument":
        scale, _, second = name.partition(":")
        rows = _at(
            tables["second_ratings" if second else "answers"], participant, visit
        )
        rows = rows[rows["instrument"] == scale]
        if not second:
            time = "" if minute is None else str(minute)
            rows = rows[rows["timepoint_min"] == time]
        return _items(rows, "item")
    (row,) = _at(tables[f"form_{form}"], participant, visit).to_dict("records")
    return {str(n): _value(v) for n, v in row.items() if v and n not in ABOUT}


def _at(table: pd.DataFrame, participant: str, visit: str) -> pd.DataFrame:
    return table[(table["participant"] == participant) & (table["visit"] == visit)]


def _items(rows: pd.DataFrame, name: str) -> Values:
    return {
        row[name]: row["reason_missing"] or _value(row["value"])
        for row in rows.to_dict("records")
    }


def _told(values: Values) -> Values:
    """What was typed, without the time that the page fills in with vital signs."""
    return {n: code(v) or _value(v) for n, v in values.items() if n != "measured_at"}


def _value(text: str) -> str:
    """A value as the export means it: numbers by size, flags as words, times in UTC."""
    try:
        return f"{float(text.replace(',', '.')):g}"
    except ValueError:
        pass
    if len(text) > len("2027-01-04"):
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return text
        return (
            at.astimezone(UTC).isoformat() if at.tzinfo else f"{at.isoformat()}+00:00"
        )
    return {"yes": "true", "no": "false", "True": "true", "False": "false"}.get(
        text, text
    )
