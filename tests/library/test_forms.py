"""Each standard form can be completed, and refuses what would not be data."""

from __future__ import annotations

import re
import runpy
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise import library
from equipoise.conduct.forms.calculations import value_of
from equipoise.conduct.forms.edit_checks import failing
from equipoise.conduct.forms.from_definition import form_of
from equipoise.conduct.forms.value_checks import asked, problems
from equipoise.exchange.protocols import library_form, load_protocol
from equipoise.protocol.check_forms import BUILT_IN
from tests.conduct.forms.filled import KNOWN, completed
from tests.protocol.faults import read

FEDER = load_protocol("feder2021")
NAMES = library.names("forms")
FORMS = {name: form_of(library_form(name), FEDER, ("1.0",)) for name in NAMES}
DAYS = ("date", "datetime")
every_form = pytest.mark.parametrize("name", NAMES)
# CDASHIG 2.3 and SDTM: letters of the domain and a variable; horizontal results have the
# test code before it.
VARIABLE = re.compile(r"([A-Z]+_)?[A-Z]{3,8}")
# Dates whose future would be no error: none. Each form looks at today.
BEFORE_TODAY = {
    "laboratory": "LBDTC", "ecg": "EGDTC", "consent": "signed_at", "visit-status": "date",
    "adverse-event": "started_on", "concomitant-medication": "CMSTDAT",
}  # fmt: skip


def test_the_shelf_is_complete() -> None:
    assert set(NAMES) == {
        "adverse-event", "c-ssrs", "concomitant-medication", "consent", "demographics",
        "discharge", "disposition", "ecg", "exclusion", "infusion", "laboratory",
        "medical-history",
        "physical-examination", "pregnancy-test", "protocol-deviation", "relapse",
        "relapse-plan", "substance-use", "unscheduled-visit", "urine-toxicology",
        "visit-status",
    }  # fmt: skip


@every_form
def test_file_and_form_have_one_name(name: str) -> None:
    built_in = {
        "adverse-event": "event", "disposition": "milestone", "visit-status": "visit",
        "unscheduled-visit": "visit",
    }  # fmt: skip
    form = FORMS[name]
    assert form.id == built_in.get(name, name)
    at_visits = form.id == "discharge"  # after an infusion
    assert (form.id in BUILT_IN or at_visits) != form.any_time


@every_form
def test_variables_are_named_as_cdash_names_them(name: str) -> None:
    given_ = [field.cdash for field in FORMS[name].fields if field.cdash]
    assert all(map(VARIABLE.fullmatch, given_))
    assert len(set(given_)) == len(given_)
    for field in FORMS[name].fields:  # an id in capitals is a variable itself
        if field.name.isupper():
            assert VARIABLE.fullmatch(field.name)


@every_form
def test_no_day_is_in_the_future(name: str) -> None:
    """Each date is compared with today, or with another date that is; a plan is not."""
    form = FORMS[name]
    hard = [c for c in form.checks if c.order == "not after" and c.hard]
    today = {check.field for check in hard if check.other == "today"}
    bound = today | {check.field for check in hard if check.other in today}
    for field in form.fields:
        planned = form.id == "visit" and field.name in ("planned", "agreed")
        assert field.kind not in DAYS or field.name in bound or planned, field.name


@every_form
def test_an_end_is_compared_with_its_start(name: str) -> None:
    form = FORMS[name]
    pairs = {"CMENDAT": "CMSTDAT", "MHENDAT": "MHSTDAT", "DVENDAT": "DVSTDAT",
             "stopped_on": "started_on", "stopped_at": "started_at"}  # fmt: skip
    compared = {
        (check.field, check.other)
        for check in form.checks
        if check.order == "not before"
    }
    for field in form.fields:
        if field.name in pairs:
            assert (field.name, pairs[field.name]) in compared


@pytest.mark.property
@every_form
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_it_can_be_completed_and_each_required_answer_is_needed(
    name: str, data: st.DataObject
) -> None:
    form = FORMS[name]
    values = data.draw(completed(form))
    assert problems(form, values, complete=True) == {}
    assert failing(form, values, KNOWN) == []
    for field in form.fields:
        if field.required and asked(field, values):
            without = {n: v for n, v in values.items() if n != field.name}
            found = problems(form, without, complete=True)
            assert found.get(field.name) == "this is required", field.name


@pytest.mark.property
@every_form
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_missing_code_stands_only_where_the_form_takes_it(
    name: str, data: st.DataObject
) -> None:
    form = FORMS[name]
    values = data.draw(completed(form))
    field = data.draw(st.sampled_from([f for f in form.fields if f.name in values]))
    coded = values | {field.name: "missing:unknown"}
    wrong = problems(form, coded, complete=False).get(field.name, "")
    assert bool(wrong) == ("unknown" not in field.missing)


@pytest.mark.parametrize(("name", "field"), BEFORE_TODAY.items())
def test_tomorrow_is_refused(name: str, field: str) -> None:
    form = FORMS[name]
    tomorrow = "2027-01-05"
    if form.field(field).kind == "datetime":
        tomorrow += "T10:00-05:00"
    rule = form.field(field).only_if
    given_ = {} if rule is None else {rule.field: rule.one_of[0]}
    failed = failing(form, given_ | {field: tomorrow}, KNOWN)
    assert [check.field for check in failed if check.hard] == [field]


def test_the_intensity_of_suicidal_ideation_is_the_sum_of_five_ratings() -> None:
    # Posner et al. 2011: frequency and duration 1-5, the other three 0-5: 2 to 25.
    field = FORMS["c-ssrs"].field("intensity")
    lowest = {"frequency": "1", "duration": "1"}
    parts = dict.fromkeys(field.sum, "0") | lowest
    assert value_of(field, parts) == f"{field.min:g}" == "2"
    assert value_of(field, dict.fromkeys(field.sum, "5")) == f"{field.max:g}" == "25"
    assert value_of(field, lowest) == ""


def test_no_licensed_wording_is_shipped() -> None:
    for field in FORMS["c-ssrs"].fields:
        assert "?" not in field.label
        assert len(field.label) <= 50


def test_what_began_before_consent_is_doubted_and_not_refused() -> None:
    known = replace(KNOWN, answer=lambda *_: "2027-01-03T09:00-05:00")
    for name, said in {
        "adverse-event": {"started_on": "2027-01-02"},
        "visit-status": {"status": "done", "date": "2027-01-02"},
        "pregnancy-test": {"LBPERF": "yes", "LBDTC": "2027-01-03T08:59-05:00"},
    }.items():
        (doubt,) = failing(FORMS[name], said, known)
        assert not doubt.hard
        later = {n: v.replace("01-02", "01-03").replace("08:59", "09:00")
                 for n, v in said.items()}  # fmt: skip
        assert failing(FORMS[name], later, known) == []


PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "forms.md"


def test_the_page_of_the_forms_is_that_of_the_program() -> None:
    maker = runpy.run_path(str(PAGE.parents[1] / "reference_pages.py"))
    page = PAGE.read_text("utf-8")
    assert page == maker["pages"]()["forms.md"], "python docs/reference_pages.py"


def test_the_example_of_the_page_is_taken_by_a_protocol() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    text = library.text("protocols", "feder2021").partition("[[forms]]")[0] + example
    protocol, found = read(text=text)
    assert found == []
    assert protocol is not None
    assert [form.id for form in protocol.form_definitions()] == [
        "pregnancy-test", "laboratory", "event", "sleep",
    ]  # fmt: skip


def test_every_form_is_listed() -> None:
    listed = (Path(library.__file__).parent / "README.md").read_text("utf-8")
    assert all(f"`{name}`" in listed for name in NAMES)
