"""A demonstration: a user of every role, a participant, a sealed list, and vials."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from equipoise.conduct.access.accounts import invite, participant_account
from equipoise.conduct.access.acting import ALL_SITES, actor_of
from equipoise.conduct.access.granting import first_administrator, grant
from equipoise.conduct.access.models import Membership
from equipoise.conduct.access.rights import Role
from equipoise.conduct.allocation import services
from equipoise.conduct.capture.participants import screen
from equipoise.conduct.enrolment.sealed import is_published
from equipoise.conduct.enrolment.sealing import seal
from equipoise.conduct.folder import write_private
from equipoise.conduct.pharmacy.stock import receive
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import in_force
from equipoise.conduct.study.sites import zone_names

FILE = "demo-users.txt"
CLOCK = Path("/etc/localtime")  # a link to the zone of the machine, where there is one
SPARE = 3  # times the planned size, in every stratum: a demonstration never runs out
LEAST = 60
ADMINISTRATOR = "administrator"
PEOPLE: dict[Role, str] = {
    "coordinator": "Carla Coordinator",
    "rater": "Rashid Rater",
    "infusion team": "Nora Nurse",
    "pharmacist": "Pavel Pharmacist",
    "investigator": "Ines Investigator",
    "statistician": "Stella Statistician",
    "monitor": "Moritz Monitor",
}
# Nobody checks the syringe that they prepared.
SECOND, SECOND_NAME = "second-pharmacist", "Petra Pharmacist"
VIALS = 200  # of each drug in stock
# Without infusions, nobody prepares or gives any.
OF_INFUSIONS: frozenset[Role] = frozenset({"infusion team", "pharmacist"})
EVERYWHERE: frozenset[Role] = frozenset({"statistician", "monitor"})


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who can log in to the demonstration."""

    role: str
    username: str
    password: str


def logins(folder: Path) -> list[Login]:
    """Who can log in; empty before the demonstration was filled."""
    path = folder / FILE
    if not path.exists():
        return []
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return [Login(*row) for row in rows]


def zones(stated: Mapping[str, str]) -> dict[str, str]:
    """The zone of this machine for the main site: who tries it looks at that clock.

    Args:
        stated: code -> time zone, which come first.

    Returns:
        The same, completed before the first site is there; else as it was stated.
    """
    if stated or Site.objects.exists():
        return dict(stated)
    name = "/".join(CLOCK.resolve().parts).partition("zoneinfo/")[2]
    return {"main": name} if name in zone_names() else {}


def fill(
    folder: Path, key: Path, *, at: datetime, anchors: Path | None = None
) -> list[Login]:
    """Makes a person of every role and seals a list, once.

    Killed in the middle, it is done again from the beginning.

    Args:
        folder: of the trial; keeps the passwords in a file that only its owner can read.
        key: of the vault.
        at: UTC.
        anchors: folder of the anchors; ``anchors`` in the folder of the trial if absent.

    Returns:
        Who can log in.
    """
    known = logins(folder)
    if known:
        return known
    with transaction.atomic():
        if not User.objects.filter(username=ADMINISTRATOR).exists():
            _people(at)
    with transaction.atomic():
        made = [_login(user) for user in User.objects.order_by("id")]
    _seal(key, anchors or folder / "anchors", at)
    _stock(key, at)
    rows = ("\t".join((m.role, m.username, m.password)) for m in made)
    write_private(folder / FILE, "\n".join(rows) + "\n")
    return made


def _seal(key: Path, anchors: Path, at: datetime) -> None:
    """Seals the list as the statistician does, through the same door."""
    known = services.commitment()
    if known is not None and is_published(known.hash):
        return
    statistician = actor_of(User.objects.get(username="statistician"), at=at)
    places = max(LEAST, SPARE * in_force().size.participants)
    seal(places=places, key=key, anchors=anchors, actor=statistician, at=at)


def _stock(key: Path, at: datetime) -> None:
    """A delivery of each drug, as the pharmacist records it; once."""
    pharmacist = User.objects.filter(username="pharmacist").first()
    if pharmacist is None:
        return
    actor, site = actor_of(pharmacist, at=at), Site.objects.order_by("id")[0]
    kinds = {kind.drug: kind for kind in in_force().interventions if kind.drug}
    for number, (drug, kind) in enumerate(sorted(kinds.items()), start=1):
        strength = kind.strengths[0].value if kind.strengths else 1.0
        said = {
            "drug": drug, "strength": f"{strength:.10g}", "lot": f"DEMO-{number:03d}",
            "expiry": f"{at.year + 2}-12-31", "vials": str(VIALS),
            "supplier": "Demonstration", "note": f"D-{number}",
        }  # fmt: skip
        receive(site.code, said, key=key, actor=actor, at=at)


def _people(at: datetime) -> None:
    """An administrator, who makes the others, and a participant of the coordinator."""
    user = User(username=ADMINISTRATOR, first_name="Ada Administrator")
    user.set_unusable_password()
    user.save()
    first_administrator(user, at=at)
    administrator = actor_of(user, at=at)
    site = Site.objects.order_by("id")[0].code
    visits = in_force().schedule.visits
    infusions = any(visit.infusion is not None for visit in visits)
    for role, name in PEOPLE.items():
        if role in OF_INFUSIONS and not infusions:
            continue
        user = invite(role.replace(" ", "-"), name, actor=administrator, at=at)
        where = ALL_SITES if role in EVERYWHERE else site
        grant(user, role, where, actor=administrator, at=at)
    if infusions:
        user = invite(SECOND, SECOND_NAME, actor=administrator, at=at)
        grant(user, "pharmacist", site, actor=administrator, at=at)
    coordinator = actor_of(User.objects.get(username="coordinator"), at=at)
    person = screen(site, actor=coordinator, at=at)
    participant_account(person.identifier, site, actor=coordinator, at=at)


def _login(user: User) -> Login:
    """Gives a made-up person a password that was never used anywhere."""
    password = secrets.token_urlsafe(9)
    user.set_password(password)
    user.save(update_fields=["password"])
    member = Membership.objects.filter(user=user).first()
    return Login(member.role if member else "participant", user.username, password)
