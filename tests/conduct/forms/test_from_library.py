"""Forms that every trial has: what analysis, lists and exports need of them."""

from __future__ import annotations

import pytest

from equipoise.conduct.forms import from_library as forms
from equipoise.conduct.forms.value_checks import problems
from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.forms import FormField, FormUse
from equipoise.protocol.model import Protocol

OPEN = load_protocol("beat-the-blues")  # without infusions


def test_reasons_are_the_criteria_of_the_protocol(feder: Protocol) -> None:
    form = forms.standard("exclusion", feder)
    offered = [choice.value for choice in form.field("reason").choices]
    assert offered == [*(c.id for c in feder.eligibility), "declined", "other"]
    said = {"reason": "other", "date": "2027-01-04"}
    assert problems(form, said, complete=True) == {"words": "this is required"}
    assert problems(form, said | {"reason": "E1"}, complete=True) == {}


def test_consent_is_to_a_version_that_there_is() -> None:
    form = forms.consent_form(("1.0", "2.0"))
    assert [c.value for c in form.field("version").choices] == ["1.0", "2.0"]
    assert forms.consent_form(()).field("version").choices == ()


def test_milestones_are_those_that_somebody_must_write_down() -> None:
    # Screened, consented, randomized and completed follow from the other forms.
    form = forms.standard("disposition")
    assert [c.value for c in form.field("milestone").choices] == [
        "treatment-discontinued",
        "new-treatment",
        "study-withdrawn",
        "lost-to-follow-up",
        "death",
    ]
    assert set(forms.ENDS) <= {c.value for c in form.field("milestone").choices}
    assert all(f.required for f in form.fields)


def test_an_event_needs_what_its_analysis_needs(feder: Protocol) -> None:
    form = forms.standard("adverse-event", feder)
    assert form.shows == "adverse events"
    assert [c.value for c in form.field("severity").choices] == [
        "mild", "moderate", "severe",
    ]  # fmt: skip
    needed = {f.name for f in form.fields if f.required and f.only_if is None}
    assert needed == {
        "term", "started_on", "ongoing", "severity", "serious", "related",
    }  # fmt: skip


def test_an_event_is_related_to_an_infusion_where_there_are_infusions(
    feder: Protocol,
) -> None:
    offered = forms.standard("adverse-event", feder).field("related_infusion").choices
    assert [c.value for c in offered] == [f"infusion-{n}" for n in range(1, 7)]
    names = [field.name for field in forms.standard("adverse-event", OPEN).fields]
    assert "related_infusion" not in names
    assert "outcome" in names


def test_criteria_of_seriousness_are_asked_of_serious_events() -> None:
    form = forms.standard("adverse-event")
    said = {
        "term": "fall", "started_on": "2027-01-04", "ongoing": "yes",
        "severity": "mild", "related": "no",
    }  # fmt: skip
    assert problems(form, said | {"serious": "no"}, complete=True) == {}
    missing = problems(form, said | {"serious": "yes"}, complete=True)
    assert set(missing) == {
        "death", "life_threatening", "hospitalization", "disability",
        "congenital_anomaly", "medically_important",
    }  # fmt: skip


def test_a_text_of_an_earlier_version_stays_an_answer() -> None:
    form = forms.standard("adverse-event")
    old = {"outcome": "went away by itself"}
    said = {
        "term": "fall", "started_on": "2027-01-04", "ongoing": "yes",
        "severity": "mild", "related": "no", "serious": "no",
    }  # fmt: skip
    assert problems(form, said | old, complete=True, held=old) == {}
    assert set(problems(form, said | old, complete=True)) == {"outcome"}


def test_the_weight_of_the_day_where_weights_are_known(feder: Protocol) -> None:
    names = [f.name for f in forms.infusion_form(feder).fields]
    rest = [
        "syringe", "started_at", "stopped_at", "interrupted", "reason",
        "stopped_early", "early_reason",
    ]  # fmt: skip
    assert names == ["weight_kg", *rest]
    assert [f.name for f in forms.infusion_form(OPEN).fields] == rest


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        (forms.consent_form(("1",)), {"version", "signed_at", "copy"}),
        (forms.standard("visit-status"), {"status", "date"}),
        (forms.standard("unscheduled-visit"), {"date"}),
        (forms.standard("adverse-event"), {"term", "serious"}),
        (forms.standard("disposition"), {"milestone", "date"}),
        (forms.standard("exclusion", OPEN), {"reason", "date", "words"}),
        (forms.infusion_form(OPEN), {"syringe", "started_at", "stopped_at"}),
    ],
    ids=lambda one: getattr(one, "title", ""),
)
def test_what_the_program_reads_takes_no_missing_code(form, fields) -> None:  # type: ignore[no-untyped-def]
    assert fields <= {field.name for field in form.fields if not field.missing}


def test_acts_of_an_investigator_are_attested(feder: Protocol) -> None:
    attested = [
        forms.standard(name) for name in ("disposition", "relapse-plan", "relapse")
    ]
    assert all(f.attested and f.by == "investigator" for f in attested)
    assert not forms.consent_form(()).attested
    assert not forms.standard("adverse-event", feder).attested  # by a nurse


def test_the_loss_of_response_tells_of_ratings() -> None:
    assert forms.standard("relapse").shows == "ratings"
    assert not forms.standard("relapse-plan").shows
    assert (
        forms.standard("unscheduled-visit").id
        == forms.standard("visit-status").id
        == "visit"
    )


def test_a_protocol_adds_fields_to_a_form_that_every_trial_has(feder: Protocol) -> None:
    base = forms._definition("adverse-event", None)
    more = FormField(id="meddra", label="MedDRA preferred term", type="text")
    extended = feder.model_copy(
        update={
            "forms": (FormUse(use="adverse-event", fields=(more,)),),
            "standard_forms": {"adverse-event": base},
        }
    )
    found = forms.standard("adverse-event", extended)
    assert [f.name for f in found.fields][-1] == "meddra"
    assert found.id == "event"
    assert "meddra" not in {
        f.name for f in forms.standard("adverse-event", feder).fields
    }
