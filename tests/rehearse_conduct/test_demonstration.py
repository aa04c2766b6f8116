"""A demonstration: all users can log in, and each of them has something to do."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import get_args

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.test import RequestFactory
from pytest_django import Settings

from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.allocation.key import make_key
from equipoise.conduct.allocation.services import pharmacy_register, verification
from equipoise.conduct.folder import VAULT_KEY, Trial
from equipoise.conduct.inspection.verification import inspect
from equipoise.conduct.operation.installation import found
from equipoise.conduct.serve import Opened
from equipoise.protocol.roles import Role
from equipoise.rehearse_conduct import demonstration
from tests.conduct.conftest import NOW
from tests.conduct.served import inside, new_database, run

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
STATES = """
import json
from django.utils import timezone
from equipoise.conduct.access.rights import RIGHTS
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_facts import facts_of_many
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.audit.models import Entry
from equipoise.rehearse_conduct.demo_page import _line, _participants, demo_users
from equipoise.conduct.pages.today import knowledge
at = timezone.now()
known = knowledge(list(Participant.objects.select_related("site")))
people = {}
for person in known.people:
    facts, own = known.facts[person.identifier], current(person.identifier)
    people[person.identifier] = {
        "status": person.status, "day0": str(person.day0 or ""),
        "today": str(person.site.day(at)), "locked": facts.locked,
        "stopped": facts.stopped, "lost": bool(facts.losses),
        "given": sum(own.is_complete(*w) for w in own.status if w[0] == "infusion"),
    }
seated = [*demo_users(), *_participants()]
print(json.dumps({
    "people": people,
    "waits": [
        [s.role, s.username, line.waits, line.more]
        for s in seated for line in [_line(s, known, at)]
    ],
    "first": str(Entry.objects.exclude(chain="register").order_by("at")[0].at),
    "last": str(Entry.objects.order_by("-at")[0].at),
    "now": str(at),
}))
"""


@pytest.fixture(autouse=True)
def hashed_as_in_a_trial(settings: Settings) -> None:
    """Passwords of a demonstration are checked by the application."""
    hasher = "django.contrib.auth.hashers.Argon2PasswordHasher"
    settings.PASSWORD_HASHERS = [hasher]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """A trial of feder2021 in a folder with its key."""
    make_key(tmp_path / VAULT_KEY)
    return Opened(Trial(tmp_path, demo=True), found("feder2021", {}, at=NOW), "")


def test_a_user_of_every_role_a_list_and_stock(opened: Opened, tmp_path: Path) -> None:
    made = demonstration.people(opened, at=NOW)
    made.append(demonstration.one_participant(opened, at=NOW))
    assert {m.role for m in made} == set(get_args(Role))
    twice = [m.username for m in made if m.role == "pharmacist"]
    assert len(made) == len(get_args(Role)) + 1
    assert twice == ["pharmacist", "second-pharmacist"]  # nobody checks the own syringe
    key = tmp_path / VAULT_KEY
    lots = [(lot.drug, lot.available) for lot in pharmacy_register.lots(key)]
    assert lots == [("ketamine", 200), ("midazolam", 200)]
    assert len({m.password for m in made}) == len(made)
    for login in made:
        user = User.objects.get(username=login.username)
        assert user.check_password(login.password)
        assert set(actor_of(user, at=NOW).roles) == {login.role}
    assert verification.verify(key) == []
    looked = inspect(key, tmp_path / "anchors")
    assert looked.findings == ()  # the commitment stands in the chain of the study


def test_interrupted_while_users_are_made_it_goes_on(tmp_path: Path) -> None:
    make_key(tmp_path / VAULT_KEY)
    founded = found("beat-the-blues", {}, at=NOW)
    opened = Opened(Trial(tmp_path, demo=True), founded, "")
    demonstration.people(opened, at=NOW)
    made = demonstration.people(opened, at=NOW)  # before the file was written
    roles = {m.role for m in made}
    assert roles == set(get_args(Role)) - {
        "infusion team",
        "pharmacist",
        "participant",
    }  # no infusions
    request = RequestFactory().post("/accounts/login/")
    given = {"username": made[0].username, "password": made[0].password}
    assert authenticate(request, **given) is not None


def test_its_clock_is_that_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demonstration, "CLOCK", tmp_path / "localtime")
    assert demonstration.machine_zone() == {}  # nobody knows
    for name in ("America/New_York", "Etc/UTC"):
        place = tmp_path / "zoneinfo" / name
        place.parent.mkdir(parents=True)
        place.touch()
        demonstration.CLOCK.unlink(missing_ok=True)
        demonstration.CLOCK.symlink_to(place)
        known = demonstration.machine_zone()
        assert known == ({"main": name} if name.startswith("America") else {})


def test_a_trial_in_progress(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "trial"
    base = ["serve", "feder2021", "--demo", "--prepare-only", "--folder", folder]
    began = time.monotonic()
    first = run(*base, *new_database(), seconds=900)
    with capsys.disabled():
        print(f"\nthe trial in progress was built in {time.monotonic() - began:.0f} s")
    assert "steps" in first.stderr  # says how far it is
    again = run(*base)
    assert again.stdout == first.stdout
    users = (folder / demonstration.FILE).stat()
    assert users.st_mode & 0o077 == 0
    known = json.loads(inside(folder, STATES))
    _has_every_stage(list(known["people"].values()))
    for role, name, waits, _ in known["waits"]:
        assert waits or role == "participant", name
    own = [waits for role, _, waits, _ in known["waits"] if role == "participant"]
    assert sum(map(bool, own)) >= 2
    _has_every_task({name: " ".join(waits) for _, name, waits, _ in known["waits"]})
    # It ends now, and no clock was set back anywhere.
    assert known["first"] < known["last"] < known["now"]
    # Interrupted before the logins were written: nothing is built twice.
    names = [login.username for login in demonstration.logins(folder)]
    (folder / demonstration.FILE).unlink()
    assert "interrupted while it was built" in run(*base).stderr
    assert [login.username for login in demonstration.logins(folder)] == names
    found = json.loads(run("audit", "verify", folder, "--json").stdout)
    assert found["verified"] == "no problems"
    assert not found.get("notices")


def _has_every_stage(people: list[dict[str, object]]) -> None:
    def count(**wanted: object) -> int:
        return sum(all(p[k] == v for k, v in wanted.items()) for p in people)

    today = str(people[0]["today"])
    assert len(people) == 12
    assert count(status="excluded") == 1
    assert count(status="study-withdrawn") == 1
    assert count(status="consented", day0="") == 1  # consented today
    assert count(status="consented") == 3  # and to be confirmed, to be randomized
    assert count(locked=True, given=6) == 1  # completed
    assert count(lost=True, given=6, locked=False) == 1
    assert count(stopped=True, status="randomized", given=3) == 1
    assert count(status="randomized", lost=False, locked=False, given=6) == 1
    assert count(status="randomized", day0=today, given=0) == 1  # first infusion today
    assert count(status="randomized", given=1) == 1  # between infusions
    between = [p for p in people if p["status"] == "randomized" and not p["stopped"]]
    assert sum(3 <= int(str(p["given"])) <= 5 for p in between) == 1  # infusion today


def _has_every_task(waits: dict[str, str]) -> None:
    assert re.search(r"check syringe \d+", waits["second-pharmacist"])
    assert "prepare a syringe" in waits["pharmacist"]
    assert "Infusion" in waits["infusion-team"]
    assert "acknowledge an alert" in waits["investigator"]
    assert "follow and document the relapse plan" in waits["coordinator"]
    assert "Week" in waits["rater"]
    assert "unlock P00" in waits["administrator"]
    assert "Paul Pharmacist as pharmacist" in waits["statistician"]
    assert "was unblinded on" in waits["monitor"]
    assert "carry" not in waits["monitor"]  # reads, and does nothing
