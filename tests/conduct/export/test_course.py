"""What follows from the forms of a participant: visits, milestones, exclusion."""

from datetime import date, datetime

from equipoise.conduct.capture.current_values import Value
from equipoise.conduct.export.history import History, milestones, visits, why_excluded
from equipoise.protocol.model import Protocol

AT = datetime(2027, 1, 18, 9, 0)  # noqa: DTZ001 - as the tables hold it
DAY0 = date(2027, 1, 18)


def person(forms: dict[tuple[str, str], dict[str, str]], **known: object) -> History:
    made = History("P0001", site="north", screened_at=AT, day0=DAY0, **known)  # type: ignore[arg-type]
    for (form, visit), values in forms.items():
        where = form, visit, None
        made.values[where] = {n: Value(v, "x", AT, 1, 1) for n, v in values.items()}
        made.status[where] = "complete"
    return made


def caps(level: int) -> dict[str, str]:
    return {str(i): str(level) for i in range(1, 21)}


def followed(feder: Protocol, week2: int) -> History:
    """Somebody who came to every visit up to week 2."""
    forms: dict[tuple[str, str], dict[str, str]] = {}
    for visit in feder.schedule.visits:
        if visit.only_if is None:
            day = date.fromordinal(DAY0.toordinal() + visit.day)
            forms["visit", visit.id] = {"status": "done", "date": day.isoformat()}
    forms["instrument:caps5", "baseline"] = caps(2)
    forms["instrument:caps5", "week-2"] = caps(week2)
    return person(forms, randomized_at=AT)


def test_a_responder_is_followed(feder: Protocol) -> None:
    became = {b.visit.id: b.status for b in visits(feder, followed(feder, 1))}
    assert became["week-4"] == "planned"


def test_who_did_not_respond_is_done(feder: Protocol) -> None:
    who = followed(feder, 2)
    became = visits(feder, who)
    assert {b.status for b in became if b.visit.only_if} == {"not applicable"}
    reached = {m.milestone: m.day for m in milestones(feder, who, became)}
    assert reached["treatment-completed"] == 11
    assert reached["study-completed"] == 14


def test_a_treatment_is_not_complete_while_an_infusion_is_planned(
    feder: Protocol,
) -> None:
    who = followed(feder, 2)
    del who.values["visit", "infusion-6", None]
    reached = {m.milestone for m in milestones(feder, who, visits(feder, who))}
    assert "treatment-started" in reached
    assert not {"treatment-completed", "study-completed"} & reached


def test_who_withdrew_did_not_complete(feder: Protocol) -> None:
    who = followed(feder, 2)
    where = "milestone#1", "", None
    said = {"milestone": "study-withdrawn", "date": "2027-02-01", "reason": "moved"}
    who.values[where] = {n: Value(v, "x", AT, 1, 1) for n, v in said.items()}
    reached = {m.milestone: m for m in milestones(feder, who, visits(feder, who))}
    assert (reached["study-withdrawn"].day, reached["study-withdrawn"].reason) == (
        14,
        "moved",
    )
    assert "study-completed" not in reached


def test_who_died_on_an_unknown_day_did_not_complete(feder: Protocol) -> None:
    who = followed(feder, 2)
    said = {"milestone": Value("death", "x", AT, 1, 1)}
    who.values["milestone#1", "", None] = said
    reached = {m.milestone: m for m in milestones(feder, who, visits(feder, who))}
    assert reached["death"].day is None
    assert "study-completed" not in reached


def test_a_rule_that_is_worked_out_excludes(feder: Protocol) -> None:
    attested = {
        c.id: "yes" if c.kind == "inclusion" else "no"
        for c in feder.eligibility
        if c.require is None
    }
    who = person(
        {
            ("characteristics", ""): {"age": "40"},
            ("instrument:caps5", "screening"): caps(1),
            ("eligibility", ""): attested,
        }
    )
    assert why_excluded(feder, who) == "CAPS-5 total of at least 30 at screening"


def test_the_form_of_exclusion_says_why(feder: Protocol) -> None:
    who = person({("exclusion", ""): {"reason": "declined", "date": "2027-01-05"}})
    assert why_excluded(feder, who) == "declined to take part"
