"""Forms of the protocol in an export: a table each, and what was not done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise import library
from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import Value, Where
from equipoise.conduct.export.form_tables import (
    CODEBOOK,
    codebook,
    column_names,
    further_tables,
)
from equipoise.conduct.export.history import History
from equipoise.conduct.export.rows import blinded_contract, export_tables, rows_of
from equipoise.conduct.export.snapshot import Sight
from equipoise.conduct.export.writers import Cells
from equipoise.conduct.forms import from_protocol
from equipoise.conduct.forms.definition import Field, Form
from equipoise.conduct.forms.from_definition import form_of, own_forms
from equipoise.conduct.forms.from_library import consent_form, standard
from equipoise.exchange.protocols import library_form, load_protocol
from equipoise.protocol.forms import FormUse
from equipoise.protocol.model import Protocol
from tests.conduct.forms.filled import completed

USES = [use.use for use in load_protocol("feder2021").forms]
FEDER = load_protocol("feder2021").model_copy(
    update={
        "forms": tuple(FormUse(use=name, assumed=True) for name in (*USES, "c-ssrs")),
        "standard_forms": {name: library_form(name) for name in library.names("forms")},
    }
)
AT = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
PLAIN = AT.replace(tzinfo=None)
OWN = {form.id: form.conceals or "" for form in FEDER.form_definitions()}


def rows(person: History, *roles: str) -> dict[str, list[Cells]]:
    held = {role: frozenset({"north"}) for role in roles or ("coordinator",)}
    sight = Sight(Actor("x", held), FEDER, {"instrument:madrs": "ratings", **OWN})  # type: ignore[arg-type]
    found: dict[str, list[Cells]] = {}
    for table, row in rows_of(FEDER, export_tables(FEDER), person, sight):
        found.setdefault(table, []).append(row)
    return found


def history(
    forms: dict[Where, dict[str, str]], states: dict[Where, str] | None = None
) -> History:
    made = History("P0001", site="north", screened_at=PLAIN)
    for where, values in forms.items():
        made.values[where] = {n: Value(v, "anna", AT, 1, 1) for n, v in values.items()}
        made.status[where] = "complete"
        made.signed[where] = Value(None, "berta", AT, 2, 1)
    for where, state in (states or {}).items():
        made.status[where] = state
        if state == "not done":
            made.not_done[where] = Value("out of order", "clara", AT, 3, 1)
    return made


MEDICATION = {
    "CMYN": "yes", "CMTRT": "Sertraline", "CMINDC": "depression", "CMDOSE": "50",
    "CMDOSU": "mg", "CMDOSFRQ": "QD", "CMROUTE": "missing:unknown",
    "CMSTDAT": "2027-01-02", "CMONGO": "yes",
}  # fmt: skip


def test_a_form_is_a_row_with_columns_as_cdash_names_them() -> None:
    person = history({("concomitant-medication#2", "", None): MEDICATION})
    (row,) = rows(person)["form_concomitant-medication"]
    assert row == {
        "participant": "P0001", "visit": None, "timepoint_min": None, "number": 2,
        "status": "complete", "not_done": None, "completed_by": "berta",
        "completed_at": PLAIN, "CMYN": True, "CMTRT": "Sertraline",
        "CMINDC": "depression", "CMDOSE": 50.0, "CMDOSU": "mg", "CMDOSFRQ": "QD",
        "CMSTDAT": "2027-01-02", "CMONGO": True, "missing_codes": "CMROUTE: unknown",
    }  # fmt: skip
    columns = {
        c.name for c in further_tables(FEDER)["form_concomitant-medication"].columns
    }
    assert row.keys() <= columns


def test_at_visits_minutes_and_unscheduled_visits() -> None:
    done = {"EGPERF": "no", "EGREASND": "ill"}
    where: list[Where] = [
        ("ecg", "screening", None), ("ecg", "unscheduled-1", None), ("ecg#1", "", None),
        ("ecg", "infusion-1", 120),
    ]  # fmt: skip
    found = rows(history(dict.fromkeys(where, done)))["form_ecg"]
    assert [(r["visit"], r["timepoint_min"], r["number"]) for r in found] == [
        ("infusion-1", 120, None), ("screening", None, None),
        ("unscheduled-1", None, None), (None, None, 1),
    ]  # fmt: skip


def test_a_voided_or_emptied_form_is_nowhere_and_one_not_done_is_listed() -> None:
    states: dict[Where, str] = {
        ("laboratory", "screening", None): "not done",
        ("instrument:madrs", "week-1", None): "not done",
        ("ecg", "screening", None): "void",
        ("medical-history#1", "", None): "",
    }
    found = rows(history({}, states))
    (row,) = found["form_laboratory"]
    assert (row["status"], row["not_done"]) == ("not done", "out of order")
    assert "form_ecg" not in found
    assert "form_medical-history" not in found
    assert [(r["form"], r["visit"], r["reason"], r["by"], r["at"])
            for r in found["not_done"]] == [
        ("instrument:madrs", "week-1", "out of order", "clara", PLAIN),
        ("laboratory", "screening", "out of order", "clara", PLAIN),
    ]  # fmt: skip


def test_what_is_concealed_is_not_exported() -> None:
    states: dict[Where, str] = {("instrument:madrs", "week-1", None): "not done"}
    said = {("urine-toxicology#1", "", None): {"LBPERF": "no", "LBREASND": "x"}}
    told = rows(history(said, states), "rater")
    assert "form_urine-toxicology" not in told
    assert [row["form"] for row in told["not_done"]] == ["instrument:madrs"]
    nurse = rows(history(said, states), "infusion team")
    assert "form_urine-toxicology" in nurse
    assert "not_done" not in nurse


def test_a_total_is_calculated_and_a_missing_code_is_no_value() -> None:
    said = {"most_severe": "2", "frequency": "3", "duration": "1", "controllability": "0",
            "deterrents": "2", "reasons": "4"}  # fmt: skip
    (row,) = rows(history({("c-ssrs#1", "", None): said}))["form_c-ssrs"]
    assert row["intensity"] == 10
    said["reasons"] = "missing:refused"
    (row,) = rows(history({("c-ssrs#1", "", None): said}))["form_c-ssrs"]
    assert row["intensity"] is None
    assert row["missing_codes"] == "reasons: refused"


@pytest.mark.property
@pytest.mark.parametrize("name", [*USES, "c-ssrs"])
@given(data=st.data())
def test_every_answer_of_a_form_is_in_its_row(name: str, data: st.DataObject) -> None:
    form = form_of(library_form(name), FEDER)
    values = data.draw(completed(form))
    number = f"{name}#1"
    (row,) = rows(history({(number, "", None): values}))[f"form_{name}"]
    names = column_names(form)
    columns = {c.name: c.type for c in further_tables(FEDER)[f"form_{name}"].columns}
    assert row.keys() <= columns.keys()
    for field, text in values.items():
        cell, kind = row[names[field]], columns[names[field]]
        if kind == "number":
            assert cell == float(text)
        elif kind == "flag":
            assert cell == (text == "yes")
        elif kind == "datetime":
            assert isinstance(cell, datetime)
            assert cell.replace(tzinfo=UTC) == datetime.fromisoformat(text)
        else:
            assert cell == text


def test_a_trial_without_forms_has_the_tables_of_the_contract_and_what_was_not_done() -> (
    None
):
    bare = FEDER.model_copy(update={"forms": ()})
    assert set(export_tables(bare)) == {
        *blinded_contract(bare),
        *(f"form_{name}" for name in ("consent", "eligibility", "exclusion")),
        *(f"form_{name}" for name in ("reconsent", "relapse", "relapse-plan")),
        "not_done",
        "second_ratings",
    }
    assert blinded_contract(bare) == blinded_contract(FEDER)


def test_a_variable_of_cdash_names_one_column() -> None:
    fields = tuple(
        Field(name=n, label="x", kind="text", cdash=c)
        for n, c in (
            ("a", "AETERM"),
            ("b", "AEOUT"),
            ("c", "AEOUT"),
            ("d", "e"),
            ("e", ""),
        )
    )
    form = Form(id="f", title="F", by="rater", fields=fields)
    names = column_names(form)
    assert names == {"a": "AETERM", "b": "b", "c": "c", "d": "d", "e": "e"}
    again = replace(form, fields=fields[:2])
    assert column_names(again) == {"a": "AETERM", "b": "AEOUT"}


def test_the_codebook_lists_every_column() -> None:
    tables = export_tables(FEDER) | {"codebook": CODEBOOK}
    found = {(r["table"], r["column"]): r for r in codebook(tables)}
    assert len(found) == sum(len(table.columns) for table in tables.values())
    sex = found["form_laboratory", "HGB_LBORRESU"]
    assert sex["values"] == "g/dL; g/L; mmol/L"
    assert found["form_ecg", "QTCFAG_EGORRES"]["unit"] == "ms"
    assert found["answers", "reason_missing"]["values"] == (
        "not assessed; not applicable; unknown; refused"
    )
    for row in found.values():
        assert row.keys() == {c.name for c in CODEBOOK.columns}


# Answers that no table of a blinded export holds, and why.
NOWHERE = {
    ("relapse-plan", "contact"),  # names and numbers of people stay in the trial
    ("infusion", "syringe"),  # a syringe is named beside the arm, in ``dispensed``
}


def every_form(protocol: Protocol) -> dict[Where, Form]:
    """Where -> form, once for each form that a trial can hold."""
    (visit,) = [v for v in protocol.schedule.visits if v.infusion == 1]
    found: dict[Where, Form] = {
        ("consent", "", None): consent_form(("1",), protocol),
        ("reconsent#1", "", None): consent_form(("1", "2"), protocol),
        ("characteristics", "", None): from_protocol.characteristics_form(protocol),
        ("eligibility", "", None): from_protocol.eligibility_form(protocol),
        ("event#1", "", None): standard("adverse-event", protocol),
        ("milestone#1", "", None): standard("disposition", protocol),
        ("visit", visit.id, None): standard("visit-status", protocol),
        ("visit", "unscheduled-1", None): standard("unscheduled-visit", protocol),
    }
    for name in ("exclusion", "relapse-plan", "relapse"):
        found[name, "", None] = standard(name, protocol)
    for due in from_protocol.visit_forms(protocol, visit):
        found[due.form.id, visit.id, due.minute] = due.form
    for one in own_forms(protocol).values():
        found[f"{one.id}#1" if one.repeats else one.id, "", None] = one
    return found


@pytest.mark.parametrize("where", every_form(FEDER), ids=str)
@settings(max_examples=3, deadline=None)
@given(st.data())
def test_every_answer_of_every_form_is_in_the_export(
    where: Where, data: st.DataObject
) -> None:
    """Found by the difference that it makes: without the answer, the rows are others."""
    answers = data.draw(completed(every_form(FEDER)[where]))

    def exported(without: str = "") -> dict[str, list[Cells]]:
        left = {name: text for name, text in answers.items() if name != without}
        person = history({where: left})
        person.day0, person.randomized_at = AT.date(), PLAIN
        return rows(person)

    whole = exported()
    for name in answers:
        assert (exported(name) != whole) != ((where[0], name) in NOWHERE), name
