"""Further tables of an export: forms, forms not done, second ratings, codebook.

Each form without a table in the data contract is a table ``form_<id>``, one row per form
and time, with columns named as in CDASH. ``not_done`` has a row for each form that was
marked so, and ``codebook`` one for each column of the export.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from equipoise.conduct.capture.consent import RENEWED
from equipoise.conduct.capture.current_values import Where
from equipoise.conduct.capture.form_instance import first_rating, is_second
from equipoise.conduct.export.history import History, cell, plain
from equipoise.conduct.export.snapshot import Sight
from equipoise.conduct.export.writers import Cell, Cells
from equipoise.conduct.forms.calculations import value_of
from equipoise.conduct.forms.definition import Field, Form
from equipoise.conduct.forms.from_definition import for_sex, form_of
from equipoise.conduct.forms.from_library import consent_form, standard
from equipoise.conduct.forms.from_protocol import eligibility_form
from equipoise.conduct.forms.missing_codes import code, without_codes
from equipoise.dataset.tables import (
    MINUTE,
    PARTICIPANT,
    REASON,
    Column,
    ColumnType,
    Table,
)
from equipoise.protocol.model import Protocol

PREFIX = "form_"
CONTACT = "contact"  # of a relapse plan: names and phone numbers are not exported
NUMBER = Column("number", "integer", "number of the form, where there can be many")
VISIT = Column("visit", "text", "visit id; empty for a form of no visit")
KINDS: dict[str, ColumnType] = {
    "number": "number", "flag": "flag", "datetime": "datetime",
}  # fmt: skip
NOT_DONE = Table(
    "not_done",
    "a form that was marked as not done",
    (
        PARTICIPANT,
        Column("form", "text", "form id", required=True),
        NUMBER,
        VISIT,
        MINUTE,
        Column("reason", "text", "why it was not done", required=True),
        Column("by", "text", "who marked it", required=True),
        Column("at", "datetime", "when it was marked, UTC", required=True),
    ),
    ("participant", "form", "number", "visit", "timepoint_min"),
)
# In no table of the contract, so that no score and no analysis ever counts one.
SECOND_RATINGS = Table(
    "second_ratings",
    "one item of a second rating, for inter-rater agreement",
    (
        PARTICIPANT,
        Column("visit", "text", "visit id", required=True),
        Column("instrument", "text", "instrument id", required=True),
        Column("item", "text", "item id of the instrument", required=True),
        Column("value", "number", "the answer of the second rater"),
        REASON,
        Column("rater", "text", "who rated", required=True),
        Column("answered_at", "datetime", "when it was answered, UTC", required=True),
    ),
    ("participant", "visit", "instrument", "item"),
)
CODEBOOK = Table(
    "codebook",
    "a column of the export",
    (
        Column("table", "text", "its table", required=True),
        Column("column", "text", "its name", required=True),
        Column(
            "type", "text", "text, number, integer, datetime or flag", required=True
        ),
        Column("unit", "text", "unit of a number"),
        Column("meaning", "text", "what it contains", required=True),
        Column("values", "text", "possible values"),
    ),
    ("table", "column"),
)


def further_tables(protocol: Protocol) -> dict[str, Table]:
    """The tables of this module for a protocol, without the codebook."""
    tables = map(_table, forms_of(protocol).values())
    return {table.name: table for table in (*tables, NOT_DONE, SECOND_RATINGS)}


def further_rows(
    name: str, forms: Mapping[str, Form], person: History, sight: Sight
) -> Iterator[Cells]:
    """Rows of one of the tables; nothing of a form that was voided."""
    for where, state in person.status.items():
        form, _, number = where[0].partition("#")
        if name in forms and forms[name].id != form:
            continue
        if state in ("", "void") or not sight.sees(where[0], person.site):
            continue
        done = person.not_done.get(where)
        row: Cells = {
            "visit": where[1] or None,
            "timepoint_min": where[2],
            "number": int(number) if number else None,
        }
        if name == NOT_DONE.name and done is not None:
            marked = {"reason": done.value, "by": done.actor, "at": plain(done.at)}
            yield {"form": form, **row, **marked}
        elif name == SECOND_RATINGS.name and is_second(form):
            yield from _second_rating(person, where)
        elif name in forms and forms[name].id == form:
            reason = None if done is None else done.value
            yield row | _form_row(forms[name], person, where[0], where[1], where[2]) | {
                "status": state, "not_done": reason,
            }  # fmt: skip


def _second_rating(person: History, where: Where) -> Iterator[Cells]:
    for item, held in person.values.get(where, {}).items():
        if held.value:
            coded = code(held.value)
            yield {
                "visit": where[1],
                "instrument": first_rating(where[0]).partition(":")[2],
                "item": item,
                "value": None if coded else float(held.value),
                "reason_missing": coded or None,
                "rater": held.actor,
                "answered_at": plain(held.at),
            }


def forms_of(protocol: Protocol) -> dict[str, Form]:
    """Name of a table -> its form: of ``[[forms]]``, or one that every trial has."""
    consent = consent_form((), protocol)
    plan = standard("relapse-plan", protocol)
    public = tuple(field for field in plan.fields if field.name != CONTACT)
    forms = (
        eligibility_form(protocol),
        consent,
        replace(consent, id=RENEWED, title="Renewed consent"),
        standard("exclusion", protocol),
        replace(plan, fields=public),
        standard("relapse", protocol),
    )
    found = {form.id: form for form in forms}
    own = (form_of(f, protocol) for f in protocol.form_definitions())
    found |= {form.id: form for form in own if form.id not in found}
    return {PREFIX + name: form for name, form in found.items()}


def codebook(tables: Mapping[str, Table]) -> Iterator[Cells]:
    """A row for each column of each table."""
    for table in tables.values():
        for column in table.columns:
            yield {
                "table": table.name,
                "column": column.name,
                "type": column.type,
                "unit": column.unit,
                "meaning": column.meaning,
                "values": "; ".join(column.one_of) or None,
            }


def _table(form: Form) -> Table:
    first = (
        PARTICIPANT,
        VISIT,
        MINUTE,
        NUMBER,
        Column("status", "text", "status of the form", required=True),
        Column("not_done", "text", "why the form was not done"),
        Column("completed_by", "text", "who completed it first"),
        Column("completed_at", "datetime", "when it was completed first, UTC"),
    )
    last = Column(
        "missing_codes", "text", "columns without a value, each with the reason"
    )
    names = column_names(form)
    own = tuple(_column(field, names[field.name]) for field in form.fields)
    about = f"one form \u201c{form.title}\u201d at one time"
    key = ("participant", "visit", "timepoint_min", "number")
    return Table(PREFIX + form.id, about, (*first, *own, last), key)


def column_names(form: Form) -> dict[str, str]:
    """Field -> name of its column: the variable of CDASH, or the id of the field.

    A variable that two fields name, or that is the name of another field, is not used.
    """
    ids = [field.name for field in form.fields]
    variables = [field.cdash for field in form.fields]
    return {
        field.name: field.cdash
        if field.cdash and variables.count(field.cdash) == 1 and field.cdash not in ids
        else field.name
        for field in form.fields
    }


def _column(field: Field, name: str) -> Column:
    values = tuple(
        choice.value if choice.value == choice.label
        else f"{choice.value} = {choice.label}"
        for choice in (field.choices if field.kind == "choice" else ())
    )  # fmt: skip
    kind = KINDS.get(field.kind, "text")
    return Column(name, kind, field.label, unit=field.unit or None, one_of=values)


def _form_row(
    form: Form, person: History, name: str, visit: str, minute: int | None
) -> Cells:
    where = name, visit, minute
    form = for_sex(form, lambda: person.answers("characteristics").get("sex", ""))
    said = {n: v for n, v in person.values.get(where, {}).items() if v.value}
    texts = {n: v.value or "" for n, v in said.items()}
    values, names = without_codes(texts), column_names(form)
    row: Cells = {
        names[field.name]: _cell(field, values)
        for field in form.fields
        if field.is_calculated or field.name in values
    }
    codes = [f"{names.get(n, n)}: {code(t)}" for n, t in texts.items() if code(t)]
    row["missing_codes"] = "; ".join(sorted(codes)) or None
    signed = person.signed.get(where)
    if signed is not None:
        row |= {"completed_by": signed.actor, "completed_at": plain(signed.at)}
    return row


def _cell(field: Field, values: Mapping[str, str]) -> Cell:
    # Of a calculated field: entered under a former version, else calculated.
    text = values.get(field.name, "")
    if field.is_calculated and not text:
        text = value_of(field, values)
    return cell(KINDS.get(field.kind, "text"), text)
