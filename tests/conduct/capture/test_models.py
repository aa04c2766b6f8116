"""Tables of capture: no name of a person, no arm, one state for each form."""

import pytest
from django.db import IntegrityError, models, transaction

from equipoise.conduct.capture.models import FormState, Participant
from equipoise.conduct.study.models import Site
from tests.conduct.conftest import NOW


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(code="north", name="North Hospital")


def person(site: Site, number: int, place: int | None = None) -> Participant:
    return Participant.objects.create(
        identifier=f"P{number:04d}", site=site, place=place or number, created_at=NOW
    )


def state(who: Participant, minute: int | None, form: str = "vitals") -> FormState:
    return FormState.objects.create(
        participant=who, form=form, visit="infusion-1", minute=minute,
        status="started", seq=1, changed_at=NOW, changed_by="nurse",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (Participant, {"id", "identifier", "site", "place", "day0", "status",
                       "created_at"}),
        (FormState, {"id", "participant", "form", "visit", "minute", "status", "seq",
                     "changed_at", "changed_by"}),
    ],
)  # fmt: skip
def test_no_column_for_a_name_a_birth_date_or_an_arm(
    model: type[models.Model], columns: set[str]
) -> None:
    # A column that is added here is a column that somebody has thought about.
    assert {field.name for field in model._meta.fields} == columns


@pytest.mark.parametrize(("number", "place"), [(1, 2), (2, 1)])
def test_identifier_and_place_are_given_once(
    site: Site, number: int, place: int
) -> None:
    person(site, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        person(site, number, place)


@pytest.mark.parametrize("minute", [None, 0, -30])
def test_a_form_has_one_state_at_one_time(site: Site, minute: int | None) -> None:
    # NULL equals nothing in SQL: without a constraint of its own a form without minute
    # could have two states.
    who = person(site, 1)
    state(who, minute)
    with pytest.raises(IntegrityError), transaction.atomic():
        state(who, minute)
    for other in {None, 0, -30} - {minute}:  # another time is another form
        state(who, other)
    state(who, minute, form="infusion")
    state(person(site, 2), minute)


def test_a_site_and_a_participant_with_data_stay(site: Site) -> None:
    who = person(site, 1)
    state(who, None)
    with pytest.raises(models.ProtectedError):
        site.delete()
    with pytest.raises(models.ProtectedError):
        who.delete()
    assert Participant.objects.get().site == site


def test_in_order_of_arrival_and_shown_by_identifier(site: Site) -> None:
    for number, place in ((3, 1), (1, 2), (2, 3)):
        person(site, number, place)
    assert [str(p) for p in Participant.objects.all()] == ["P0003", "P0001", "P0002"]
    assert Participant.objects.first().status == "screening"  # type: ignore[union-attr]
