"""Questionnaires on paper: entered by staff, with the date on the sheet."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_instance import PAPER_DATE, as_filled_by
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.models import Participant
from tests.conduct.conftest import NOW
from tests.conduct.walking import answers, browser, included

By = Callable[[str], Actor]
VISIT = "baseline"


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people)


@pytest.mark.parametrize("form", ["instrument:iesr", "instrument:qids_sr16"])
def test_a_sheet_is_entered_with_its_date(
    person: Participant, actor: By, form: str
) -> None:
    who, place = actor("coordinator"), place_of(person, form, VISIT)
    given = answers(place.form)
    without = save(place, given, actor=who, at=NOW, seen=99, complete=True)
    assert without.errors == {PAPER_DATE: "this is required"}
    late = save(place, given | {PAPER_DATE: "2027-02-01"}, actor=who, at=NOW, seen=99,
                complete=True)  # fmt: skip
    assert "is in the future" in late.errors[PAPER_DATE]
    right = given | {PAPER_DATE: "2027-01-04"}
    assert not save(place, right, actor=who, at=NOW, seen=99, complete=True).errors
    known = current(str(person))
    assert known.is_complete(form, VISIT)
    assert known.answers(form, VISIT)[PAPER_DATE] == "2027-01-04"


def test_the_participant_is_asked_for_no_sheet(person: Participant) -> None:
    own = Actor("p0001", {"participant": frozenset({"*"})}, str(person))
    place = place_of(person, "instrument:iesr", VISIT)
    assert as_filled_by(own, place) is place
    given = answers(place.form)
    assert not save(place, given, actor=own, at=NOW, seen=99, complete=True).errors


def test_the_rating_of_a_rater_is_no_sheet(person: Participant, actor: By) -> None:
    place = place_of(person, "instrument:madrs", VISIT)
    assert as_filled_by(actor("rater"), place) is place


def test_the_page_asks_for_the_date(
    person: Participant, people: dict[str, User]
) -> None:
    page = browser(people["coordinator"]).get(
        f"/participants/{person}/forms/instrument:iesr/?visit={VISIT}"
    )
    assert "Date on the paper sheet" in page.content.decode()
