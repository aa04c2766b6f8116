"""Eligibility: each criterion with its reason, from complete forms alone."""

import pytest

from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.eligibility import judge, refusals
from equipoise.conduct.study.protocols import in_force
from equipoise.protocol.model import Protocol
from tests.conduct.screened import (
    CHARACTERISTICS,
    attested,
    caps5,
    eligible,
    form,
    screened,
)


def standing_in_the_way(identifier: str) -> dict[str, str]:
    judged = judge(in_force(), current(identifier))
    return {one.criterion.id: str(one) for one in refusals(judged)}


def test_who_meets_everything_is_eligible(study: Protocol) -> None:
    person = eligible()
    judged = judge(study, current(person.identifier))
    assert [one.criterion.id for one in judged] == [c.id for c in study.eligibility]
    assert not refusals(judged)


def test_nothing_known_is_no_eligibility(study: Protocol) -> None:
    found = standing_in_the_way(screened().identifier)
    assert set(found) == {c.id for c in study.eligibility}
    assert all("not known" in text for text in found.values())


def test_every_reason_is_listed_at_once(study: Protocol) -> None:
    name = screened().identifier
    form(name, "characteristics", CHARACTERISTICS | {"age": "17"})
    form(name, "instrument:caps5", caps5(1), "screening")
    form(name, "eligibility", attested(yes=("I2", "I4", "I5", "E5")))
    found = standing_in_the_way(name)
    assert set(found) == {"I1", "I3", "E5"}
    assert "at least 18 and at most 70" in found["I1"]
    assert "CAPS-5 total severity at Screening, at least 30" in found["I3"]
    assert "exclusion (Pregnancy): met" in found["E5"]


@pytest.mark.parametrize("age", ["18", "70"])
def test_bounds_are_inclusive(study: Protocol, age: str) -> None:
    name = eligible().identifier
    form(name, "characteristics", {"age": age})
    assert "I1" not in standing_in_the_way(name)


def test_a_draft_counts_for_nothing(study: Protocol) -> None:
    name = screened().identifier
    form(name, "characteristics", CHARACTERISTICS, complete=False)
    form(name, "eligibility", attested(), complete=False)
    assert set(standing_in_the_way(name)) == {c.id for c in study.eligibility}
