"""Rows of every table of the data contract, participant by participant.

No row of this module can contain an arm: unblinding-sensitive columns are excluded from
the contract here, and this module cannot import the allocation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from functools import partial

from equipoise.conduct.capture.form_instance import PAPER_DATE, is_second
from equipoise.conduct.export.form_tables import (
    PREFIX,
    forms_of,
    further_rows,
    further_tables,
)
from equipoise.conduct.export.history import (
    Became,
    History,
    cell,
    consented_at,
    milestones,
    plain,
    scheduled_day,
    visits,
)
from equipoise.conduct.export.snapshot import Sight
from equipoise.conduct.export.writers import Cell, Cells
from equipoise.conduct.forms.from_protocol import MEASURED_AT
from equipoise.conduct.forms.local_time import moment
from equipoise.conduct.forms.missing_codes import code, is_code
from equipoise.conduct.safety.alerts import Alarm
from equipoise.dataset.column_types import contract
from equipoise.dataset.laboratory import laboratory_rows
from equipoise.dataset.tables import OPTIONAL, Table
from equipoise.protocol.model import Protocol
from equipoise.protocol.vital_sign_names import NAMES

REASONS = ("reason", "early_reason")  # of an infusion
Tables = Mapping[str, Table]
UNSCHEDULED = "unscheduled-"  # prefix of their ids


def blinded_contract(protocol: Protocol) -> dict[str, Table]:
    """The tables of a trial without the columns that unblind."""
    return {
        name: replace(table, columns=tuple(c for c in table.columns if not c.unblinds))
        for name, table in contract(protocol).items()
    }


def export_tables(protocol: Protocol) -> dict[str, Table]:
    """Every table of a blinded export: the contract, forms, and forms not done."""
    return blinded_contract(protocol) | further_tables(protocol)


def rows_of(
    protocol: Protocol, tables: Tables, person: History, sight: Sight
) -> Iterator[tuple[str, Cells]]:
    """Every row of one participant, as table and cells, sorted by the key of the table."""
    became = visits(_told(protocol, person, sight), person)
    makers: dict[str, Callable[[], Iterable[Cells]]] = {
        "participants": lambda: _participants(protocol, person),
        "visits": lambda: (*_visits(became), *_unscheduled(person)),
        "answers": lambda: _answers(protocol, person, sight),
        "recorded_scores": lambda: _scores(protocol, person, sight),
        "exposures": lambda: _exposures(tables, protocol, person, sight),
        "measurements": lambda: _measurements(protocol, person, sight),
        "events": lambda: _events(tables, person, sight),
        "dispositions": lambda: map(asdict, milestones(protocol, person, became)),
        "guesses": lambda: _guesses(person, sight),
    }
    forms = forms_of(protocol)
    sex = person.answers("characteristics").get("sex", "")
    stated = {PREFIX + form.id: form for form in protocol.form_definitions()}
    for name, table in tables.items():
        maker = makers.get(name) or partial(further_rows, name, forms, person, sight)
        made = [_own(person, row) for row in maker()]
        order = table.key or tuple(column.name for column in table.columns)
        for row in sorted(made, key=partial(_place, order)):
            yield name, row
            results = laboratory_rows(stated[name], row, sex) if name in stated else ()
            yield from (("laboratory", _own(person, one)) for one in results)


def stated(table: Table, said: Mapping[str, str]) -> Cells:
    """The values of fields named like a column, in every column of a table."""
    return {c.name: cell(c.type, said.get(c.name)) for c in table.columns}


def _own(person: History, row: Cells) -> Cells:
    return row | {"participant": person.identifier}


def _told(protocol: Protocol, person: History, sight: Sight) -> Protocol:
    """The protocol; without conditions of visits if a rating is concealed.

    Whether a visit is due may follow from a rating.
    """
    if sight.sees("guess:rater", person.site):
        return protocol
    schedule = protocol.schedule
    bare = tuple(v.model_copy(update={"only_if": None}) for v in schedule.visits)
    blinded = schedule.model_copy(update={"visits": bare})
    return protocol.model_copy(update={"schedule": blinded})


def _place(names: tuple[str, ...], row: Cells) -> tuple[tuple[bool, str], ...]:
    return tuple(_comparable(row.get(name)) for name in names)


def _comparable(value: Cell) -> tuple[bool, str]:
    """Numbers by size, texts by letters, missing values last."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return False, f"{value + 1e9:020.6f}"
    return value is None, "" if value is None else str(value)


def _participants(protocol: Protocol, person: History) -> Iterator[Cells]:
    known = person.answers("characteristics")
    row: Cells = {
        "site": person.site,
        "consented_at": consented_at(person),
        "randomized_at": person.randomized_at,
    }
    for c in protocol.characteristics:
        row[c.id] = cell("number" if c.type == "number" else "text", known.get(c.id))
    yield row


def _visits(became: list[Became]) -> Iterator[Cells]:
    for b in became:
        yield {
            "visit": b.visit.id,
            "planned_day": b.visit.day,
            "agreed_day": b.agreed,
            "actual_day": b.day,
            "in_window": b.in_window,
            "status": b.status,
            "reason": b.reason,
        }


def _unscheduled(person: History) -> Iterator[Cells]:
    """Unscheduled visits."""
    for form, visit, minute in person.values:
        if form == "visit" and visit.startswith(UNSCHEDULED):
            said = person.answers(form, visit, minute)
            yield {
                "visit": visit,
                "planned_day": scheduled_day(person, said.get("planned")),
                "actual_day": scheduled_day(person, said.get("date")),
                "status": "done" if said.get("date") else "planned",
                "reason": said.get("reason"),
            }


def _ratings(
    protocol: Protocol, person: History, sight: Sight, *, items: bool
) -> Iterator[tuple[Cells, str, str]]:
    """Values of instruments with items, or of those without: place, item, value."""
    for (form, visit, minute), values in person.values.items():
        name = form.removeprefix("instrument:")
        if name == form or is_second(form) or not sight.sees(form, person.site):
            continue
        if bool(protocol.scales[name].items) != items:
            continue
        sheet = values.get(PAPER_DATE)
        for item, held in values.items():
            if held.value and item != PAPER_DATE:
                place: Cells = {
                    "visit": visit,
                    "timepoint_min": minute,
                    "instrument": name,
                    "rater": held.actor,
                    "answered_at": plain(held.at),
                    PAPER_DATE: sheet.value if sheet else None,
                }
                yield place, item, held.value


def _answers(protocol: Protocol, person: History, sight: Sight) -> Iterator[Cells]:
    for place, item, value in _ratings(protocol, person, sight, items=True):
        yield place | {"item": item} | _value(value)


def _scores(protocol: Protocol, person: History, sight: Sight) -> Iterator[Cells]:
    for place, score, value in _ratings(protocol, person, sight, items=False):
        names = ("visit", "timepoint_min", "instrument", PAPER_DATE)
        plainly = {n: place[n] for n in names}
        yield plainly | {"score": score} | _value(value)


def _value(text: str) -> Cells:
    """A number; or no value, with the missing code as the reason."""
    if is_code(text):
        return {"value": None, "reason_missing": code(text)}
    return {"value": float(text)}


def _exposures(
    tables: Tables, protocol: Protocol, person: History, sight: Sight
) -> Iterator[Cells]:
    if not sight.sees("infusion", person.site):
        return
    for visit in protocol.schedule.visits:
        form = person.answers("infusion", visit.id)
        if visit.infusion is None or "started_at" not in form:
            continue
        yield stated(tables["exposures"], form) | {
            "visit": visit.id,
            "infusion": visit.infusion,
            "reason": "; ".join(filter(None, map(form.get, REASONS))) or None,
        }


def _measurements(protocol: Protocol, person: History, sight: Sight) -> Iterator[Cells]:
    minutes = _minutes(protocol, person)
    for (form, visit, minute), values in person.values.items():
        if form != "vitals" or not sight.sees(form, person.site):
            continue
        said = person.answers(form, visit, minute)
        for name, held in values.items():
            if held.value and name != MEASURED_AT:
                cells: Cells = {
                    "visit": visit,
                    "timepoint_min": minutes.get((visit, minute), minute),
                    "name": name,
                    "unit": NAMES[name][1] if name in NAMES else None,
                    "measured_at": cell("datetime", said.get(MEASURED_AT)),
                }
                yield cells | _value(held.value)


def _minutes(
    protocol: Protocol, person: History
) -> dict[tuple[str, int | None], int | None]:
    """Visit and number of the form -> minute, of unplanned vital signs.

    The minute at which they were measured, counted from the start of the infusion; the
    next free one where two share it. The number of the form without time or start.
    """
    planned = {
        (visit.id, minute)
        for visit in protocol.schedule.visits
        for measured in protocol.schedule.measurements(visit)
        for minute in measured.minutes
    }
    own = [(v, m) for form, v, m in person.values if form == "vitals" and m is not None]
    taken = {(v, m) for v, m in own if (v, m) in planned}
    found: dict[tuple[str, int | None], int | None] = {}
    for visit, number in sorted(set(own) - planned):
        measured = person.answers("vitals", visit, number).get(MEASURED_AT)
        started = person.answers("infusion", visit).get("started_at")
        minute = number
        if measured and started:
            since = (moment(measured) - moment(started)).total_seconds()
            minute = int(since // 60)
        while (visit, minute) in taken:
            minute += 1
        taken.add((visit, minute))
        found[visit, number] = minute
    return found


def _events(tables: Tables, person: History, sight: Sight) -> Iterator[Cells]:
    for form, values in person.numbered("event"):
        if not sight.sees(form, person.site) or "term" not in values:
            continue
        yield stated(tables["events"], values) | {
            "started_day": scheduled_day(person, values.get("started_on")),
            "stopped_day": scheduled_day(person, values.get("stopped_on")),
        }


def _guesses(person: History, sight: Sight) -> Iterator[Cells]:
    for form, visit, minute in person.values:
        by = form.removeprefix("guess:")
        guess = person.answers(form, visit, minute).get("guess")
        if by != form and guess and sight.sees(form, person.site):
            yield {"by": by, "visit": visit, "guess": guess, "certainty": None}


def alert_rows(person: History, own: list[Alarm], sight: Sight) -> Iterator[Cells]:
    """The alerts of a participant on forms that the user may view."""
    for alarm in own:
        form, visit, minute = alarm.where
        if not sight.sees(form, person.site):
            continue
        when, columns = alarm.acknowledged_at, OPTIONAL["alerts"].columns
        yield {c.name: getattr(alarm, c.name, None) or None for c in columns} | {
            "participant": person.identifier,
            "visit": visit or None,
            "timepoint_min": minute,
            "number": alarm.seq,
            "form": form,
            "fired_at": plain(alarm.at),
            "entered_by": alarm.by,
            "shown_to": ", ".join(alarm.shown_to) or None,
            "acknowledged_at": None if when is None else plain(when),
        }
