"""Demonstration: a user of every role, and a trial in progress where it can be simulated.

A protocol whose trial has a scenario in the library opens on twelve participants, each at
another stage (``demo_trial``). Any other opens on users, a concealed list, stock and one
participant.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise import library
from equipoise.conduct.folder import VAULT_KEY, write_private
from equipoise.conduct.serve import Opened, Tell, Wanted, open_trial
from equipoise.errors import EquipoiseError
from equipoise.exchange.scenarios import load_scenario
from equipoise.protocol.model import Protocol
from equipoise.rehearse_conduct import demo_trial
from equipoise.rehearse_conduct.clock import set_to
from equipoise.rehearse_conduct.demo_participants import Shown, participants
from equipoise.rehearse_conduct.setup import SECOND, user_name

if TYPE_CHECKING:  # models can be imported only once Django is set up
    from django.contrib.auth.models import User

    from equipoise.protocol.roles import Role

FILE = "demo-users.txt"
CLOCK = Path("/etc/localtime")  # a link to the time zone of the machine
BEFORE = timedelta(weeks=16)  # the trial was set up so long ago
SPARE = 3  # times the planned size, in every stratum: never exhausted
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
# No pharmacist checks a syringe that they prepared.
SECOND_NAME = "Petra Pharmacist"
# Roles of trials with infusions.
OF_INFUSIONS: frozenset[Role] = frozenset({"infusion team", "pharmacist"})
EVERYWHERE: frozenset[Role] = frozenset({"statistician", "monitor"})


@dataclass(frozen=True, slots=True)
class Login:
    """A user who can log in to the demonstration."""

    role: str
    username: str
    password: str


def logins(folder: Path) -> list[Login]:
    """Users who can log in; empty before the demonstration is complete."""
    path = folder / FILE
    if not path.exists():
        return []
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return [Login(*row) for row in rows]


def open_demonstration(
    wanted: Wanted, *, at: datetime, tell: Tell, empty: bool = False
) -> tuple[Opened, list[Login]]:
    """Prepares a demonstration, or opens the one in the folder. Loads Django.

    Args:
        wanted: the trial to be served.
        at: UTC; the last action is a few minutes before it.
        tell: called with a text for each step.
        empty: without a trial in progress.

    Returns:
        The trial, and the users who can log in.

    Raises:
        ConductError: of ``open_trial``; EQ964, the application rejected something.
    """
    known = logins(wanted.trial.folder)
    if known:
        return open_trial(wanted, at=at, tell=tell), known
    start = at if empty else at - BEFORE
    zones = dict(wanted.zones) if wanted.sites or wanted.zones else machine_zone()
    with set_to(start):
        opened = open_trial(replace(wanted, zones=zones), at=start, tell=tell)
        interrupted = _has_participants()
        if not interrupted:
            tell("creating a user of every role and the concealed allocation schedule")
            made = people(opened, at=start)
    shown = [] if empty or interrupted else _shown(opened.founded.protocol, at, tell)
    if interrupted:
        tell("this demonstration was interrupted while it was built: it is incomplete")
        made = [_login(user) for user in _users()]
    elif shown:
        made += _in_progress(opened, shown, made, at, tell)
    else:
        made.append(one_participant(opened, at=at))
    rows = ("\t".join((m.role, m.username, m.password)) for m in made)
    write_private(opened.trial.folder / FILE, "\n".join(rows) + "\n")
    return opened, made


def machine_zone() -> dict[str, str]:
    """The time zone of this machine, for the main site.

    Returns:
        Code of the site -> name of the zone; empty where the machine has no such setting.
    """
    from zoneinfo import available_timezones

    name = "/".join(CLOCK.resolve().parts).partition("zoneinfo/")[2]
    known = name in available_timezones() and not name.startswith("Etc/")
    return {"main": name} if known and "/" in name else {}


def people(opened: Opened, *, at: datetime) -> list[Login]:
    """Creates a user of every role and conceals an allocation schedule, once.

    After an interruption it is repeated from the start.

    Args:
        opened: the trial.
        at: UTC.

    Returns:
        The users who can log in.
    """
    from django.contrib.auth.models import User
    from django.db import transaction

    with transaction.atomic():
        if not User.objects.filter(username=ADMINISTRATOR).exists():
            _staff(at)
    with transaction.atomic():
        made = [_login(user) for user in _users()]
    _seal(opened, at)
    return made


def _shown(protocol: Protocol, at: datetime, tell: Tell) -> list[Shown]:
    """Participants with their stages; empty where the trial has no scenario that fits."""
    from equipoise.conduct.study.models import Site

    if protocol.trial.id not in library.names("scenarios"):
        return []
    tell("simulating participants")
    site = Site.objects.order_by("id")[0]
    try:
        scenario = load_scenario(protocol.trial.id)
        return participants(protocol, scenario, site.day(at), site.zone)
    except (EquipoiseError, LookupError) as error:
        tell(f"no trial in progress: {str(error).splitlines()[0]}")
        return []


def _in_progress(
    opened: Opened, shown: list[Shown], staff: list[Login], at: datetime, tell: Tell
) -> list[Login]:
    """Builds the trial in progress; the accounts of its participants."""
    from django.db import connections

    from equipoise.conduct.study.models import Site

    names = [one.part.identifier.lower() for one in shown]
    own = {name: secrets.token_urlsafe(9) for name in names}
    passwords = {one.username: one.password for one in staff} | own
    zone = Site.objects.order_by("id")[0].zone
    connections.close_all()  # another process uses the databases
    demo_trial.build(
        opened.trial, opened.founded.protocol, shown, passwords,
        now=at.astimezone(zone), progress=tell,
    )  # fmt: skip
    there = {user.username for user in _users()}
    return [Login("participant", name, own[name]) for name in names if name in there]


def one_participant(opened: Opened, *, at: datetime) -> Login:
    """Creates stock and a participant with an account, where nothing is simulated.

    Args:
        opened: the trial, with its users.
        at: UTC.
    """
    from django.contrib.auth.models import User

    from equipoise.conduct.access.accounts import participant_account
    from equipoise.conduct.access.actor import actor_of
    from equipoise.conduct.capture.participants import screen
    from equipoise.conduct.pharmacy.stock import receive
    from equipoise.conduct.study.models import Site

    site = Site.objects.order_by("id")[0].code
    pharmacist = User.objects.filter(username="pharmacist").first()
    protocol, key = opened.founded.protocol, opened.trial.folder / VAULT_KEY
    kinds = {kind.drug: kind for kind in protocol.interventions if kind.drug}
    for number, (drug, kind) in enumerate(sorted(kinds.items()), start=1):
        if pharmacist is None:
            break
        strength = kind.strengths[0].value if kind.strengths else 1.0
        said = {
            "drug": drug, "strength": f"{strength:.10g}", "lot": f"DEMO-{number:03d}",
            "expiry": f"{at.year + 2}-12-31", "vials": str(demo_trial.VIALS),
            "supplier": "Demonstration", "note": f"D-{number}",
        }  # fmt: skip
        receive(site, said, key=key, actor=actor_of(pharmacist, at=at), at=at)
    coordinator = actor_of(User.objects.get(username="coordinator"), at=at)
    person = screen(site, actor=coordinator, at=at)
    return _login(
        participant_account(person.identifier, site, actor=coordinator, at=at)
    )


def _seal(opened: Opened, at: datetime) -> None:
    """Conceals the schedule as the statistician does, through the same service."""
    from django.contrib.auth.models import User

    from equipoise.conduct.access.actor import actor_of
    from equipoise.conduct.allocation.services import concealed_list
    from equipoise.conduct.enrolment.allocation_list import is_published, seal

    known = concealed_list.commitment()
    if known is not None and is_published(known.hash):
        return
    statistician = actor_of(User.objects.get(username="statistician"), at=at)
    places = max(LEAST, SPARE * opened.founded.protocol.size.participants)
    trial = opened.trial
    seal(
        places=places, key=trial.folder / VAULT_KEY, anchors=trial.anchors_folder,
        actor=statistician, at=at,
    )  # fmt: skip


def _staff(at: datetime) -> None:
    """An administrator, who invites the others."""
    from django.contrib.auth.models import User

    from equipoise.conduct.access.accounts import invite
    from equipoise.conduct.access.actor import ALL_SITES, actor_of
    from equipoise.conduct.access.role_grants import first_administrator, grant
    from equipoise.conduct.study.models import Site
    from equipoise.conduct.study.protocols import in_force

    user = User(username=ADMINISTRATOR, first_name="Ada Administrator")
    user.set_unusable_password()
    user.save()
    first_administrator(user, at=at)
    administrator = actor_of(user, at=at)
    site = Site.objects.order_by("id")[0].code
    visits = in_force().schedule.visits
    infusions = any(visit.infusion is not None for visit in visits)
    wanted = [(user_name(role), name, role) for role, name in PEOPLE.items()]
    wanted.append((SECOND, SECOND_NAME, "pharmacist"))
    for username, name, role in wanted:
        if role in OF_INFUSIONS and not infusions:
            continue
        user = invite(username, name, actor=administrator, at=at)
        where = ALL_SITES if role in EVERYWHERE else site
        grant(user, role, where, actor=administrator, at=at)


def _users() -> list[User]:
    """Users with a role or a participant account, in order of creation."""
    from django.contrib.auth.models import User
    from django.db.models import Q

    own = Q(memberships__isnull=False) | Q(participant__isnull=False)
    return list(User.objects.filter(own).distinct().order_by("id"))


def _has_participants() -> bool:
    from equipoise.conduct.capture.models import Participant

    return Participant.objects.exists()


def _login(user: User) -> Login:
    """Sets a new random password for a demonstration user."""
    from django.contrib.auth.hashers import make_password

    from equipoise.conduct.access.models import Membership
    from equipoise.rehearse_conduct.password_hashing import Quick

    password = secrets.token_urlsafe(9)
    user.password = make_password(password, hasher=Quick())  # long, and at random
    user.save(update_fields=["password"])
    member = Membership.objects.filter(user=user).first()
    return Login(member.role if member else "participant", user.username, password)
