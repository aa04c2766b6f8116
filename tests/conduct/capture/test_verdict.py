"""The verdict on eligibility: every reason, what is missing, values for readers alone."""

from collections.abc import Callable

import pytest

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.eligibility import Verdict, exclusions, verdict
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.models import Participant
from tests.conduct.screened import (
    CHARACTERISTICS,
    attested,
    caps5,
    eligible,
    form,
    screened,
)

By = Callable[[str], Actor]


def verdict_of(person: Participant, actor: Actor) -> Verdict:
    found = verdict(person, plan_in_force(), actor)
    assert found is not None
    return found


def test_who_meets_everything_is_eligible(actor: By) -> None:
    found = verdict_of(eligible(), actor("coordinator"))
    assert (found.state, found.reasons, found.lacking) == ("eligible", (), ())
    assert str(found) == "eligible"


def test_every_reason_is_given_in_words_with_its_value(actor: By) -> None:
    person = eligible()
    form(str(person), "instrument:caps5", caps5(1), "screening")
    form(str(person), "characteristics", {"age": "17"})
    form(str(person), "eligibility", attested(yes=("I4", "I5", "E5")))
    found = verdict_of(person, actor("coordinator"))
    assert found.state == "not eligible"
    assert found.reasons == (
        "Age 17 years, but I1 asks for: Age 18 to 70 years",
        "I2, Chronic PTSD by DSM-5 criteria: does not hold",
        "CAPS-5 total severity 20, but I3 asks for: CAPS-5 total of at least 30 at "
        "screening",
        "E5, Pregnancy: excludes",
    )
    assert str(found).startswith("not eligible: Age 17 years, but I1")


def test_a_value_is_told_to_who_may_read_its_form(actor: By) -> None:
    person = eligible()
    form(str(person), "instrument:caps5", caps5(1), "screening")
    found = verdict_of(person, actor("infusion team"))
    assert found.reasons == (
        "I3, CAPS-5 total of at least 30 at screening: does not hold",
    )
    assert "20" in verdict_of(person, actor("investigator")).reasons[0]


def test_what_is_missing_is_named_once_for_each_form(actor: By) -> None:
    person = screened()
    found = verdict_of(person, actor("coordinator"))
    assert found.state == "not known yet"
    assert [(one.title, one.readable) for one in found.lacking] == [
        ("Demographics", True), ("Eligibility", True), ("CAPS-5 at Screening", True),
    ]  # fmt: skip
    assert found.lacking[0].criteria == ("I1",)
    assert found.lacking[1].criteria[:3] == ("I2", "I4", "I5")
    nurse = verdict_of(person, actor("infusion team"))
    assert [one.readable for one in nurse.lacking] == [False, False, False]


def test_one_reason_is_enough_while_more_is_missing(actor: By) -> None:
    person = screened()
    form(str(person), "characteristics", CHARACTERISTICS | {"age": "71"})
    found = verdict_of(person, actor("coordinator"))
    assert found.state == "not eligible"
    assert len(found.lacking) == 2


def test_a_correction_is_judged_anew(actor: By) -> None:
    person = eligible()
    assert verdict_of(person, actor("coordinator")).state == "eligible"
    form(str(person), "characteristics", {"age": "71"})
    assert verdict_of(person, actor("coordinator")).state == "not eligible"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"reason": "I3"}, "I3: CAPS-5 total of at least 30 at screening"),
        ({"reason": "declined"}, "Declined to take part"),
        ({"reason": "other", "words": "lives too far away"}, "lives too far away"),
        ({"date": "2027-01-04"}, "not stated"),
    ],
)
def test_why_somebody_was_not_included(
    actor: By, said: dict[str, str], why: str
) -> None:
    actor("coordinator")
    one, other = screened(), screened(2)
    form(str(one), "exclusion", said)
    assert exclusions([one, other], plan_in_force()) == {str(one): why}
