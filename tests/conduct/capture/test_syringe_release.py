"""No form of an infusion, whichever way it comes, without the released syringe."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import Saved, save
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.syringe_release import begun_with, released, replaced
from equipoise.errors import ConductError
from tests.conduct.conftest import NOW
from tests.conduct.screened import write as write_down
from tests.conduct.walking import included, measured_by, release

By = Callable[[str], Actor]
RAN = {
    "weight_kg": "70", "started_at": "2027-01-04T08:00",
    "stopped_at": "2027-01-04T08:40", "interrupted": "no", "stopped_early": "no",
}  # fmt: skip


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    made = included(people)
    measured_by(made, "infusion-1", "2027-01-04T07:40")
    return made


def write(
    person: Participant, actor: By, values: dict[str, str], *, complete: bool = False
) -> Saved:
    place, nurse = place_of(person, "infusion", "infusion-1"), actor("infusion team")
    return save(place, values, actor=nurse, at=NOW, seen=10**6, complete=complete)


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize("said", [{}, {"syringe": "12345678"}])
def test_nothing_was_released(
    person: Participant, actor: By, said: dict[str, str], complete: bool
) -> None:
    with pytest.raises(ConductError, match="EQ927"):
        write(person, actor, RAN | said, complete=complete)
    release(person, "infusion-2")  # the syringe of another day
    with pytest.raises(ConductError, match="EQ927"):
        write(person, actor, RAN | said, complete=complete)
    assert not Entry.objects.filter(form="infusion").exists()


def test_a_weight_may_be_written_down_before(person: Participant, actor: By) -> None:
    assert write(person, actor, {"weight_kg": "70"}).changed == ("weight_kg",)


def test_the_number_is_that_on_the_released_syringe(
    person: Participant, actor: By
) -> None:
    number = release(person, "infusion-1")
    made = write(person, actor, {"syringe": "87654321"})
    assert list(made.errors) == ["syringe"]
    assert list(write(person, actor, RAN).errors) == ["started_at"]
    made = write(person, actor, RAN | {"syringe": number}, complete=True)
    assert not made.errors
    assert released(current(str(person)), "infusion-1") == number
    assert released(current(str(person)), "infusion-2") == ""


def test_a_correction_names_a_released_syringe_too(
    person: Participant, actor: By
) -> None:
    number = release(person, "infusion-1")
    write(person, actor, RAN | {"syringe": number}, complete=True)
    place, nurse = place_of(person, "infusion", "infusion-1"), actor("infusion team")
    made = save(
        place, {"syringe": "1"}, actor=nurse, at=NOW, seen=10**6, reason="misread"
    )
    assert list(made.errors) == ["syringe"]


def take_back(person: Participant) -> None:
    fact = Fact("discard", "syringe", "infusion-1", item="number", value=None)
    write_down(person.identifier, [fact])


def test_a_syringe_that_was_taken_back_starts_nothing(
    person: Participant, actor: By
) -> None:
    first = release(person, "infusion-1")
    assert not replaced(current(str(person)), "infusion-1")
    assert write(person, actor, {"syringe": first}).changed == ("syringe",)
    take_back(person)
    known = current(str(person))
    assert replaced(known, "infusion-1")
    assert not replaced(known, "infusion-2")
    assert released(known, "infusion-1") == begun_with(known, "infusion-1") == ""
    with pytest.raises(ConductError, match=r"EQ927 the syringe.*was discarded"):
        write(person, actor, RAN)
    new = release(person, "infusion-1", "87654321")
    for said in (RAN, RAN | {"syringe": first}):
        made = write(person, actor, said, complete=True)
        assert "replaced" in made.errors["syringe"]
    assert not write(person, actor, RAN | {"syringe": new}, complete=True).errors
    known = current(str(person))
    assert begun_with(known, "infusion-1") == released(known, "infusion-1") == new
