"""Screening and randomization in a click: on the page, or not at all."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.models import ParticipantAccount
from equipoise.conduct.allocation.services import assignment
from equipoise.conduct.capture.models import Participant
from equipoise.errors import ConductError
from equipoise.rehearse_conduct.enrolment import (
    enter,
    give_account,
    randomize,
    screen,
)
from tests.rehearse_conduct.conftest import Begin, enrolled


def test_a_person_is_screened_and_randomized_on_the_pages(begun: Begin) -> None:
    cast = begun("coordinator", "investigator", "rater")
    part = enrolled(cast)
    person = Participant.objects.get(identifier="P0001")
    assert (person.status, person.day0) == ("randomized", part.day0.date())
    assert cast.kits == {"P0001": assignment.kit("P0001")}
    assert cast.done["randomized"] == 1
    with pytest.raises(ConductError, match=r"no form for|no button leads"):
        randomize(cast, part)  # there is no second click


def test_who_is_not_eligible_has_no_button(begun: Begin) -> None:
    cast = begun("coordinator")
    part = cast.parts[0]
    screen(cast, part)
    with pytest.raises(ConductError, match="no form for"):
        randomize(cast, part)
    assert len(assignment.given()) == 0
    assert not cast.kits


def test_another_number_than_that_of_the_simulation_is_noticed(begun: Begin) -> None:
    cast = begun("coordinator")
    with pytest.raises(ConductError, match="P0007 was entered as"):
        screen(cast, replace(cast.parts[0], identifier="P0007"))


def test_a_participant_comes_in_by_the_link_of_the_page(begun: Begin) -> None:
    cast = begun("coordinator", "investigator")
    part = cast.parts[0]
    name = part.identifier.lower()
    ParticipantAccount.objects.all().delete()
    User.objects.filter(username=name).delete()
    enter(cast, part)
    assert Participant.objects.get().day0 is None  # planned apart from it
    give_account(cast, part, part.screened_at)
    assert ParticipantAccount.objects.get().identifier == part.identifier
    own = f"/participants/{part.identifier}/"
    assert cast.browsers[name].get("/").headers["location"] == own
