"""What is done for each virtual participant, by whom, and in which order."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from equipoise import library
from equipoise.conduct.forms.from_definition import form_of, planned
from equipoise.conduct.forms.value_checks import problems
from equipoise.exchange.protocols import library_form, load_protocol
from equipoise.exchange.scenarios import load_scenario
from equipoise.rehearse_conduct.action_plan import DECLINED, not_simulated, parts
from equipoise.simulate.trial import simulate

FEDER = load_protocol("feder2021")
DATA = simulate(FEDER, load_scenario("feder2021"), seed=1, n=6)
PARTS = list(parts(FEDER, DATA))


def test_everybody_has_a_part_in_the_order_of_arrival() -> None:
    assert [p.identifier for p in PARTS] == DATA.participants["participant"].tolist()
    out = [p for p in PARTS if p.randomized_at is None]
    assert len(out) == 1
    assert not out[0].after


def test_forms_come_in_the_order_of_time() -> None:
    for part in PARTS:
        after = [deed.at for deed in part.after]
        assert after == sorted(after)
        assert part.before[0].form == "consent"
        if part.randomized_at:
            assert part.before[-1].form == "eligibility"
        else:
            assert part.before[-1].form == "exclusion"
            assert part.before[-1].values["reason"]
        if part.randomized_at and after:
            assert part.randomized_at < after[0]


def test_nobody_fills_in_what_is_not_theirs() -> None:
    by = {(d.form, d.by) for part in PARTS for d in (*part.before, *part.after)}
    assert ("instrument:caps5", "rater") in by
    assert ("instrument:iesr", "participant") in by
    assert ("vitals", "infusion team") in by


def test_forms_of_the_protocol_are_filled_in_at_their_visits() -> None:
    own = [use.use for use in FEDER.forms if "screening" in use.visits]
    for part in PARTS:
        made = {d.form: d for d in part.before if d.visit == "screening"}
        assert set(own) <= set(made)
        for form, _ in planned(FEDER, FEDER.schedule.visit("screening")):
            assert problems(form, made[form.id].values, complete=True) == {}


@pytest.mark.parametrize("name", library.names("forms"))
def test_any_form_can_be_completed_without_data(name: str) -> None:
    form = form_of(library_form(name), FEDER, ("1.0",))
    at = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    assert problems(form, not_simulated(form, at), complete=True) == {}


def test_no_deed_tells_an_arm() -> None:
    for part in PARTS:
        for deed in (*part.before, *part.after):
            if not deed.form.startswith("guess:"):
                assert not {"ketamine", "midazolam"} & set(deed.values.values())


def test_an_address_is_that_of_a_page() -> None:
    deed = next(d for d in PARTS[0].after if d.form == "vitals")
    path = deed.address("P0001")
    assert path == "/participants/P0001/forms/vitals/?visit=infusion-1&minute=-30"
    event = next(d for p in PARTS for d in p.after if d.form == "event#1")
    assert event.address("P0001") == "/participants/P0001/forms/event%231/"


def test_no_infusion_without_its_syringe_and_its_discharge() -> None:
    for part in PARTS:
        of_visit: dict[str, list[str]] = {}
        for deed in part.after:
            if deed.form in ("prepare", "start", "stop", "discharge"):
                of_visit.setdefault(deed.visit, []).append(deed.form)
        assert all(
            made == ["prepare", "start", "stop", "discharge"]
            for made in of_visit.values()
        )
    given = sum(d.form == "start" for p in PARTS for d in p.after)
    assert given == len(DATA.exposures)


def test_an_interruption_lies_within_its_infusion() -> None:
    given = DATA.exposures.copy()
    given.loc[0, "interrupted"] = True
    given.loc[0, "reason"] = "cough"
    changed = replace(DATA, exposures=given)
    who, visit = given.loc[0, "participant"], given.loc[0, "visit"]
    part = next(p for p in parts(FEDER, changed) if p.identifier == who)
    made = {d.form: d for d in part.after if d.visit == visit}
    assert made["interrupt"].values == {"reason": "cough"}
    times = [made[f].at for f in ("start", "interrupt", "resume", "stop")]
    assert times == sorted(set(times))


def test_who_responds_agrees_on_a_plan_and_is_followed() -> None:
    followed = {
        p.identifier for p in PARTS if any(d.form == "follow up" for d in p.after)
    }
    planned = {
        p.identifier for p in PARTS if any(d.form == "relapse-plan" for d in p.after)
    }
    late = {v.id for v in FEDER.schedule.visits if v.only_if}
    done = DATA.visits[
        DATA.visits["visit"].isin(late) & (DATA.visits["status"] == "done")
    ]
    assert followed == planned == set(done["participant"])


def test_the_reason_of_exclusion_is_one_of_the_form() -> None:
    part = next(p for p in PARTS if p.randomized_at is None)
    reached = DATA.dispositions
    why = reached[
        (reached["participant"] == part.identifier)
        & (reached["milestone"] == "excluded")
    ]["reason"].iloc[0]
    said = part.before[-1].values
    texts = {c.id: c.text for c in FEDER.eligibility} | {"declined": DECLINED}
    assert texts.get(said["reason"], said.get("words")) == why
