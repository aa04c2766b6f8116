"""The statistician's day: from what keeps participants from being locked to the arms.

Sees what is in the way, each with a link; locks one, and then all; unlocks one with a
reason and a second person; unblinds when recruitment is closed and everybody is locked,
with a second person; afterwards nobody is screened, randomized or changed. Exports.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from django.contrib.auth.models import User

from equipoise.conduct.capture.current_values import current
from tests.conduct.conftest import PASSWORD
from tests.conduct.pages.conftest import Clock
from tests.working_day.after import answers_of, by_item, exported
from tests.working_day.compared_forms import differences, typed_by
from tests.working_day.recorded import Recorded
from tests.working_day.scene import begun, eligible, randomized

Come = Callable[[str], Recorded]
pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)


@pytest.fixture
def three(
    people: dict[str, User], secrets: dict[str, str], key: Path, clock: Clock
) -> None:
    """Randomized with a form that waits for a signature; half rated; with nothing left."""
    first = randomized(people, key)
    begun(first, people["coordinator"], "relapse-plan", "", {"plan": "call"})
    second = eligible(people)
    begun(second, people["rater"], "instrument:madrs", "screening", {"1": "2"})
    eligible(people)
    clock.forward(days=60)  # nobody has visits to come, and no second person is new


def test_the_statisticians_day(three: None, come: Come) -> None:
    one = come("statistician")
    _is_in_the_way(one)
    _others_complete(come)
    _locks(one)
    _is_declined(one, come)
    _unlocks(one, come)
    nurse = come("coordinator")
    _starts_a_correction(nurse)
    _locks_again(one)
    _unblinds(one, come)
    _is_too_late(nurse)
    _is_over(come)
    tables = _exports(one)
    users = [come(role) for role in ("coordinator", "rater", "investigator")]
    assert differences(typed_by(users), tables) == []


def _is_in_the_way(one: Recorded) -> None:
    one.link("Lock")
    one.sees("0 of 3 locked", "Relapse plan, not signed off by the investigator")
    one.link("Relapse plan, not signed off")
    one.sees("call")
    one.link("Lock")
    one.link("MADRS, Screening, started and not complete")
    one.sees("Montgomery")
    assert not one.offers("Complete")
    one.link("Lock")


def _others_complete(come: Come) -> None:
    doctor, rater = come("investigator"), come("rater")
    doctor.link("Open P0001")
    doctor.fill(contact="the ward", agreed_on="2027-01-04")
    doctor.complete()
    rater.link("P0002")
    rater.link("Montgomery")
    rater.rate("3222222222")
    rater.complete()


def _locks(one: Recorded) -> None:
    one.link("Lock", within="nav")
    one.sees("Lock all 3 ready participants")
    one.link("Lock P0003")
    one.sees("become read-only")
    assert current("P0003").locked is None
    one.button("Lock P0003")
    one.sees("1 of 3 locked")
    one.link("Lock all 2 ready participants")
    one.sees("Lock 2 participants")
    one.button("Lock 2 participants")
    one.sees("3 of 3 locked")


def _is_declined(one: Recorded, come: Come) -> None:
    """The second person says why not; who asked reads it, and can ask again."""
    one.link("Unlock P0003")
    one.type("Data to be changed, and reason", "the age was mistyped, it is 24")
    one.button("Request unlocking")
    one.sees("P0003 stays locked")
    second = come("investigator")
    second.link("unlock P0003")
    second.type("Reason for rejection", "the source says 42")
    second.button("Reject unlock P0003")
    second.sees("Rejected: unlock P0003")
    one.link("Today", within="nav")
    one.sees("rejected: unlock P0003. the source says 42")
    one.link("Details")
    assert current("P0003").locked


def _unlocks(one: Recorded, come: Come) -> None:
    """With a reason that says something, and with a second person.

    Nothing can be unblinded meanwhile, though recruitment is closed by now.
    """
    one.link("Unlock P0003")
    one.type("Data to be changed, and reason", "typo")
    one.button("Request unlocking")
    assert current("P0003").locked
    one.type("Data to be changed, and reason", "the age was mistyped, it is 42")
    one.button("Request unlocking")
    one.sees("P0003 stays locked")
    second = come("administrator")
    second.link("unlock P0003")
    second.sees("unlock P0003", "the age was mistyped")
    _confirms(second)
    nurse = come("coordinator")
    nurse.link("Participants", within="nav")
    nurse.link("P0003")
    nurse.link("Demographics")
    nurse.link("Correct")
    nurse.correct("age", "42", reason="mistyped")
    _closes_recruitment(one)
    one.sees("2 of 3 locked")
    assert not one.offers("Request unblinding of the trial")


def _locks_again(one: Recorded) -> None:
    one.link("Lock P0003")
    one.button("Lock P0003")
    one.sees("3 of 3 locked")


def _closes_recruitment(one: Recorded) -> None:
    one.link("Lock", within="nav")
    assert not one.offers("Request unblinding of the trial")
    one.link("Recruitment is closed")
    one.unfold("Close recruitment")
    one.type("Reason", "the planned number is reached")
    one.button("Close recruitment")
    one.sees("No new participants can be screened")
    one.link("Lock", within="nav")


def _confirms(second: Recorded) -> None:
    if second.offers("Your password"):
        second.type("Your password", PASSWORD)
    second.button("I have spoken with them: confirm")
    second.sees("Confirmed")


def _unblinds(one: Recorded, come: Come) -> None:
    """Not alone."""
    one.type("Reason for unblinding the trial", "final analysis of the trial")
    one.button("Request unblinding of the trial")
    one.sees("the trial stays blinded", "A second approver must confirm it")
    second = come("investigator")
    second.link(re.compile("nblind"))
    second.sees("This cannot be undone")
    _confirms(second)
    one.is_blinded = False


def _starts_a_correction(nurse: Recorded) -> None:
    """On a page that stays open meanwhile."""
    nurse.link("Participants", within="nav")
    nurse.link("P0003")
    nurse.link("Demographics")
    nurse.link("Correct")


def _is_too_late(nurse: Recorded) -> None:
    """A page that was opened before the lock changes nothing, and says why."""
    nurse.type("Age", "43")
    nurse.type("Reason for the change", "mistyped again")
    nurse.button("Save the correction")
    nurse.sees("locked")
    assert current("P0003").answers("characteristics")["age"] == "42"


def _is_over(come: Come) -> None:
    """Nobody is offered to screen, to randomize or to change anything."""
    nurse = come("coordinator")
    nurse.link("Participants", within="nav")
    assert not nurse.offers("Screen a new participant")
    nurse.link("P0002")
    for gone in ("Randomize", "Report an adverse event", "Day 0", "Add"):
        assert not nurse.offers(gone), gone
    nurse.link("Demographics")
    assert not nurse.offers("Correct")


def _exports(one: Recorded) -> dict[str, pd.DataFrame]:
    """What was typed, with the arms."""
    tables = exported(one, "Export (CSV)", reason="the final analysis")
    people = tables["participants"].set_index("participant")
    assert float(people.loc["P0003", "age"]) == 42
    assert people.loc["P0001", "arm"] in ("ketamine", "midazolam")
    assert list(people.loc[["P0002", "P0003"], "arm"]) == ["", ""]
    madrs = answers_of(tables, "madrs", "screening")
    assert madrs == by_item("3222222222")
    return tables
