"""What a trial will be short of is said before it is sealed, and nothing else is."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.access.models import Membership
from equipoise.conduct.access.second_approver import shortages
from equipoise.protocol.model import Protocol
from tests.conduct.account_reset.people import another
from tests.conduct.conftest import NOW

By = Callable[[str], Actor]


def test_each_thing_that_is_missing_is_named(
    people: dict[str, User], feder: Protocol
) -> None:
    # One administrator, one statistician; an investigator and a pharmacist at north.
    assert shortages(feder, at=NOW) == [
        "North Hospital has only one pharmacist, pharmacist: a second one must check "
        "each syringe before it is released.",
        "South Hospital has no active pharmacist to prepare syringes.",
    ]
    another("second", "pharmacist", site="north")
    for name in ("third", "fourth"):
        another(name, "pharmacist", site="south")
    assert shortages(feder, at=NOW) == []


def test_who_could_confirm_is_asked_for_each_who_asks(
    people: dict[str, User], feder: Protocol
) -> None:
    for name in ("second", "third"):
        another(name, "pharmacist", site="")
    gone = people["investigator"]
    gone.is_active = False
    gone.save()
    one, two = shortages(feder, at=NOW)
    assert one.startswith("Only statistician could confirm a request of administrator")
    assert two.startswith("Only administrator could confirm a request of statistician")
    assert "when administrator leaves, no user could" in two
    Membership.objects.filter(role="statistician").update(until=NOW - timedelta(days=1))
    one, two = shortages(feder, at=NOW)
    assert one.startswith("No user could confirm a request of administrator")
    assert two.startswith("No active user can request unlocking a participant")


def test_who_was_invited_and_has_not_come_in_does_not_count(
    people: dict[str, User], feder: Protocol
) -> None:
    for name in ("second", "third", "fourth"):
        another(name, "pharmacist", site="")
    assert shortages(feder, at=NOW) == []
    for role in ("statistician", "investigator"):
        people[role].set_unusable_password()
        people[role].save()
    assert len(shortages(feder, at=NOW)) == 2


def test_a_trial_without_infusions_needs_no_pharmacist(
    crew: dict[str, User], open_trial: Protocol
) -> None:
    assert shortages(open_trial, at=NOW) == []
