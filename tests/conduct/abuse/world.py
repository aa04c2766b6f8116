"""A trial at two sites in which everything exists that an address can name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from equipoise.conduct.access.accounts import invite, participant_account
from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.access.models import Membership
from equipoise.conduct.access.role_grants import grant
from equipoise.conduct.allocation.services import pharmacy_register, unblinding
from equipoise.conduct.capture.attachments import attach
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participants import plan_day0
from equipoise.conduct.capture.repeating_forms import begin
from equipoise.conduct.database import VAULT
from equipoise.conduct.enrolment.randomization import randomize
from equipoise.conduct.pharmacy import preparation
from equipoise.conduct.study.models import Site
from equipoise.protocol.roles import Role
from tests.conduct.conftest import NOW, PASSWORD
from tests.conduct.pharmacy.treated import delivery
from tests.conduct.screened import eligible
from tests.conduct.walking import fill

SITES = ("north", "south")
STOCK = {"ketamine": "50", "midazolam": "5"}
LOTS = {"north": "northern-lot", "south": "southern-lot"}
EVENT = {"started_on": "2027-01-04", "severity": "mild", "serious": "no",
         "related": "no", "ongoing": "yes"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    """Two sites with a randomized participant each, and people of every role.

    Attributes:
        people: site -> role -> who has that role there, ``participant`` included.
        persons: site -> its randomized participant.
        syringes: site -> number of a syringe of that participant.
        lots: site -> number of a lot of the drug in it.
        destructions: site -> entry of a destruction that is to be confirmed.
        secret: site -> a word that only that site wrote down.
    """

    people: dict[str, dict[str, User]]
    persons: dict[str, Participant]
    syringes: dict[str, str]
    lots: dict[str, int]
    destructions: dict[str, int]
    secret: dict[str, str]

    def actor(self, site: str, role: str) -> Actor:
        """The actor of a role at a site."""
        return actor_of(self.people[site][role], at=NOW)


def staff(site: str, role: Role) -> User:
    """Somebody with one role at one site, whatever the clock says."""
    user = User.objects.create_user(
        f"{role}-{site}".replace(" ", "-"), password=PASSWORD
    )
    Membership.objects.create(
        user=user, role=role, site=Site.objects.get(code=site), granted_by="setup",
        since=NOW - timedelta(days=365),
    )  # fmt: skip
    return user


def build(people: dict[str, User], key: Path) -> World:
    """Fills a trial that was sealed; ``people`` work at ``north``."""
    roles: tuple[Role, ...] = (
        "coordinator", "rater", "infusion team", "pharmacist", "investigator",
        "monitor",
    )  # fmt: skip
    everybody = {"north": dict(people)}
    everybody["south"] = {role: staff("south", role) for role in roles}
    world = World(
        everybody,
        {},
        {},
        {},
        {},
        {"north": "northern-words", "south": "southern-words"},
    )
    for number, site in enumerate(SITES, start=1):
        world.persons[site] = _treated(world, site, number, key)
        world.syringes[site] = _syringe(world, site, key)
        everybody[site]["participant"] = participant_account(
            world.persons[site].identifier, site,
            actor=world.actor(site, "coordinator"), at=NOW,
        )  # fmt: skip
    admin = world.actor("north", "administrator")
    user = invite("not.yet", "Not Yet", actor=admin, at=NOW)
    grant(user, "investigator", "north", actor=admin, at=NOW)
    return world


@contextmanager
def undone() -> Iterator[None]:
    """Takes back what happens inside, in both databases."""
    # Savepoints and no atomic block: some services insist on being the outermost one.
    kept = {alias: transaction.savepoint(using=alias) for alias in ("default", VAULT)}
    try:
        yield
    finally:
        for alias, place in kept.items():
            transaction.savepoint_rollback(place, using=alias)


def _treated(world: World, site: str, number: int, key: Path) -> Participant:
    coordinator = world.actor(site, "coordinator")
    investigator = world.actor(site, "investigator")
    person = eligible(number, site)
    plan_day0(person, NOW.date(), actor=coordinator, at=NOW)
    randomize(
        person, key=key, anchors=key.parent / "anchors", actor=coordinator, at=NOW
    )
    person.refresh_from_db()
    begin(person, "event", actor=investigator, at=NOW)
    words = {"term": world.secret[site]}
    fill(person, "event#1", "", investigator, EVENT | words)
    scan = b"%PDF-1.7 " + world.secret[site].encode()
    attach(place_of(person, "event#1"), "scan.pdf", scan, actor=investigator, at=NOW)
    begin(person, "milestone", actor=investigator, at=NOW)
    begin(person, "unscheduled", actor=coordinator, at=NOW)
    vitals = {"SYSBP": "121", "DIABP": "80", "PULSE": "70", "OXYSAT": "99",
              "measured_at": "2027-01-04T09:00"}  # fmt: skip
    nurse = world.actor(site, "infusion team")
    made = save(
        place_of(person, "vitals", "infusion-1", -30), vitals, actor=nurse, at=NOW,
        seen=10**6, complete=True,
    )  # fmt: skip
    assert not made.errors
    return person


def _syringe(world: World, site: str, key: Path) -> str:
    person, pharmacist = world.persons[site], world.actor(site, "pharmacist")
    arm = unblinding.open_one(
        key, person.identifier, why="pharmacy", reason="test", actor="t", at=NOW
    ).arm
    lot = pharmacy_register.receive(
        key, delivery(arm, site=site, lot=LOTS[site]), actor=pharmacist.name, at=NOW
    )
    made = preparation.fill(
        person, "infusion-1", stock=str(lot), concentration=STOCK[arm], total_ml="50",
        hours="8", confirmed=True, key=key, actor=pharmacist, at=NOW,
    )  # fmt: skip
    broken = delivery(arm, site=site, lot=f"broken-{site}")
    other = pharmacy_register.receive(key, broken, actor=pharmacist.name, at=NOW)
    world.lots[site], world.destructions[site] = lot, other + 1
    pharmacy_register.move(
        key, other, "destroyed", vials=1, reason="broke", seen=other,
        actor="who-destroyed", at=NOW,
    )  # fmt: skip
    return made.number
