"""Screening and randomization in a click: on the page, or not at all."""

from dataclasses import replace

import pytest

from equipoise.conduct.allocation import services
from equipoise.conduct.capture.models import Participant
from equipoise.errors import ConductError
from equipoise.rehearse_conduct.enrolling import randomize, screen
from tests.rehearse_conduct.conftest import Begin, enrolled


def test_a_person_is_screened_and_randomized_on_the_pages(begun: Begin) -> None:
    cast = begun("coordinator", "investigator", "rater")
    part = enrolled(cast)
    person = Participant.objects.get(identifier="P0001")
    assert (person.status, person.day0) == ("randomized", part.day0.date())
    assert cast.kits == {"P0001": services.kit("P0001")}
    assert cast.done["randomized"] == 1
    with pytest.raises(ConductError, match=r"no form for|no button leads"):
        randomize(cast, part)  # there is no second click


def test_who_is_not_eligible_has_no_button(begun: Begin) -> None:
    cast = begun("coordinator")
    part = cast.parts[0]
    screen(cast, part)
    with pytest.raises(ConductError, match="no form for"):
        randomize(cast, part)
    assert services.head().count == 0
    assert not cast.kits


def test_another_number_than_that_of_the_simulation_is_noticed(begun: Begin) -> None:
    cast = begun("coordinator")
    with pytest.raises(ConductError, match="P0007 was entered as"):
        screen(cast, replace(cast.parts[0], identifier="P0007"))
