"""Second ratings: the same form, by another rater, and in nothing that the first is in."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.access.models import Membership
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_instance import (
    SECOND,
    is_second,
    other_rating,
    rated_already,
    require_other_rater,
    second_rating,
)
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_facts import facts_of_many
from equipoise.conduct.export.history import histories
from equipoise.conduct.export.rows import export_tables, rows_of
from equipoise.conduct.export.snapshot import sight_of, take
from equipoise.conduct.forms.missing_codes import kept
from equipoise.conduct.study.models import Site
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.walking import included

FIRST = "instrument:caps5"


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people)


@pytest.fixture
def another(people: dict[str, User]) -> Actor:
    user = User.objects.create_user("rater-two")
    north = Site.objects.get(code="north")
    Membership.objects.create(user=user, role="rater", site=north, since=NOW)
    return actor_of(user, at=NOW)


def test_only_what_a_rater_rates_at_a_visit_is_rated_twice(person: Participant) -> None:
    made = place_of(person, FIRST + SECOND, "baseline").form
    assert is_second(made.id)
    assert other_rating(made) == [FIRST]
    first = place_of(person, FIRST, "baseline").form
    assert other_rating(first) == [made.id]
    assert second_rating(first, 40) is None
    for form, visit, minute in (
        ("vitals", "infusion-1", -30), ("instrument:iesr", "baseline", None),
        ("instrument:cadss", "infusion-1", 40), (FIRST + SECOND, "baseline", None),
        (FIRST, "post-4h", None),
    ):  # fmt: skip
        with pytest.raises(ConductError, match="EQ924"):
            place_of(person, form + SECOND, visit, minute)


def test_both_ratings_by_one_person_are_refused(
    person: Participant, actor: Callable[[str], Actor], another: Actor
) -> None:
    first = place_of(person, FIRST, "baseline")
    second = place_of(person, FIRST + SECOND, "baseline")
    save(first, {"1": "3"}, actor=actor("rater"), at=NOW, seen=99)
    with pytest.raises(AccessError, match="EQ913"):
        save(second, {"1": "2"}, actor=actor("rater"), at=NOW, seen=99)
    assert not save(second, {"1": "2"}, actor=another, at=NOW, seen=99).errors
    with pytest.raises(AccessError, match="EQ913"):
        save(first, {"2": "1"}, actor=another, at=NOW, seen=99)
    known = current(person.identifier)
    assert known.answers(first.form.id, "baseline") == {"1": "3"}
    assert known.answers(second.form.id, "baseline") == {"1": "2"}
    assert rated_already(second, known, "rater")
    assert not rated_already(place_of(person, FIRST, "week-1"), known, "rater-two")
    with pytest.raises(AccessError, match="EQ913"):
        require_other_rater(second, known, "rater")


def test_a_second_rating_enters_no_score_and_no_row_of_the_first(
    person: Participant, actor: Callable[[str], Actor], another: Actor, feder: Protocol
) -> None:
    second = place_of(person, FIRST + SECOND, "screening")
    items = dict.fromkeys(feder.scales["caps5"].items, "1")
    said = items | {"2": kept("refused")}
    assert not save(second, said, actor=another, at=NOW, seen=99, complete=True).errors
    known, plan = current(person.identifier), plan_in_force()
    assert not known.is_complete(FIRST, "screening")
    assert set(facts_of_many([person], plan)[person.identifier].verdicts.values()) <= {
        None
    }
    doctor = actor("investigator")
    (history,) = histories(take(doctor))
    found = list(rows_of(feder, export_tables(feder), history, sight_of(doctor)))
    assert not [row for table, row in found if table == "answers"]
    rows = [row for table, row in found if table == "second_ratings"]
    assert {str(row["item"]): row["value"] for row in rows} == {
        name: None if name == "2" else float(value) for name, value in items.items()
    }
    assert {row["rater"] for row in rows} == {"rater-two"}
    assert {row["instrument"] for row in rows} == {"caps5"}
    (coded,) = [row for row in rows if row["item"] == "2"]
    assert coded["reason_missing"] == "refused"
