"""Forms of ``[[forms]]`` as pages, interface and export know them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.conduct.forms.from_definition import (
    form_of,
    numbered,
    own_forms,
    planned,
)
from equipoise.exchange.protocols import library_form, load_protocol
from equipoise.protocol.forms import FormDefinition, FormField, FormUse
from equipoise.protocol.model import Protocol

FEDER = load_protocol("feder2021")
OPEN = load_protocol("beat-the-blues")  # without infusions
NAMES = ("ecg", "pregnancy-test", "adverse-event")


def protocol(*uses: FormUse, base: Protocol = FEDER) -> Protocol:
    shelf = {name: library_form(name) for name in NAMES}
    return base.model_copy(update={"forms": uses, "standard_forms": shelf})


def test_what_a_definition_states_is_in_the_form() -> None:
    definition = library_form("pregnancy-test")
    form = form_of(definition)
    assert (form.id, form.title, form.by) == (
        "pregnancy-test", "Pregnancy test", "coordinator",
    )  # fmt: skip
    assert form.any_time
    assert form.repeats
    assert not form.shows
    assert [f.name for f in form.fields] == [f.id for f in definition.fields]
    result = form.field("LBORRES")
    assert [c.value for c in result.choices] == ["negative", "positive", "invalid"]
    assert result.only_if is not None
    assert (result.only_if.field, result.only_if.one_of) == ("LBPERF", ("yes",))
    assert result.missing == ()
    assert form.field("LBDTC").missing  # all codes, where nothing else is stated
    assert [c.id for c in form.checks] == [c.id for c in definition.checks]
    assert form.checks[0].hard
    assert not form.checks[1].hard


@pytest.mark.property
@given(
    st.sampled_from(["text", "number", "date", "flag"]), st.booleans(), st.booleans()
)
def test_a_field_is_what_its_definition_says(
    kind: str, required: bool, attested: bool
) -> None:
    stated = FormField(id="a", label="A", type=kind, required=required, cdash="AETERM")  # type: ignore[arg-type]
    definition = FormDefinition(
        id="x", title="X", fields=(stated,), attested=attested, conceals="vitals"
    )
    form = form_of(definition)
    (field,) = form.fields
    assert (field.kind, field.required, field.cdash) == (kind, required, "AETERM")
    assert (form.attested, form.shows) == (attested, "vitals")
    assert [c.value for c in field.choices] == (["yes", "no"] if kind == "flag" else [])


def test_choices_that_the_trial_gives() -> None:
    stated = {
        name: FormField(id="a", label="A", type="choice", choices_from=name)  # type: ignore[arg-type]
        for name in ("visits", "infusions", "criteria", "consent versions")
    }

    def offered(name: str, base: Protocol = FEDER) -> list[str] | None:
        definition = FormDefinition(id="x", title="X", fields=(stated[name],))
        fields = form_of(definition, base, ("1.0", "1.1")).fields
        return [c.value for c in fields[0].choices] if fields else None

    assert offered("visits") == [v.id for v in FEDER.schedule.visits]
    assert offered("infusions") == [f"infusion-{n}" for n in range(1, 7)]
    assert offered("criteria") == [c.id for c in FEDER.eligibility]
    assert offered("consent versions") == ["1.0", "1.1"]
    assert offered("infusions", OPEN) is None  # not asked where there are none


def test_a_calculated_number_is_never_required() -> None:
    form = form_of(library_form("c-ssrs"))
    assert not form.field("intensity").required
    assert len(form.field("intensity").sum) == 5


def test_forms_at_their_visits_and_minutes() -> None:
    uses = (
        FormUse(use="ecg", visits=("infusion-1",), minutes=(-30, 120)),
        FormUse(use="pregnancy-test", visits=("screening", "infusion-1")),
        FormUse(use="adverse-event"),
    )
    found = protocol(*uses)
    due = [(f.id, m) for f, m in planned(found, FEDER.schedule.visit("infusion-1"))]
    assert due == [("ecg", -30), ("ecg", 120), ("pregnancy-test", None)]
    assert planned(found, FEDER.schedule.visit("week-2")) == []


def test_forms_that_every_trial_has_are_not_forms_of_the_protocol() -> None:
    found = own_forms(protocol(FormUse(use="ecg"), FormUse(use="adverse-event")))
    assert list(found) == ["ecg"]


def test_one_of_many_is_numbered() -> None:
    form = form_of(library_form("pregnancy-test"))
    third = numbered(form, "3")
    assert third.id == "pregnancy-test#3"
    assert third.fields == form.fields
