"""A trial that was begun for real: invitations, roles, and a list sealed by vouching.

What is done on the pages of a set-up is done here by the services behind them.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.contrib.auth.models import User

from equipoise import library
from equipoise.conduct.access.accounts import (
    fingerprint,
    holders,
    invite,
    link,
    set_password,
)
from equipoise.conduct.access.actor import ALL_SITES, Actor, actor_of
from equipoise.conduct.access.models import Membership
from equipoise.conduct.access.role_grants import first_administrator, grant
from equipoise.conduct.enrolment.allocation_list import seal
from equipoise.conduct.operation.installation import found
from tests.conduct.conftest import PASSWORD

SITES = {"north": "North Hospital", "south": "South Hospital"}
# Who is invited -> full name, the role that is given, and where.
INVITED = {
    "coordinator": ("Carla Coleman", "coordinator", "north"),
    "rater": ("Rashid Rahman", "rater", "north"),
    "second rater": ("Ruth Rosen", "rater", "north"),
    "infusion team": ("Nora Novak", "infusion team", "north"),
    "pharmacist": ("Pavel Petrov", "pharmacist", "north"),
    "second pharmacist": ("Petra Pham", "pharmacist", "north"),
    "investigator": ("Ines Ivanova", "investigator", "north"),
    "statistician": ("Stella Stein", "statistician", ALL_SITES),
    "monitor": ("Moritz Mohn", "monitor", "north"),
}

PCL5 = """
[[instruments]]
id = "pcl5"
by = "participant"
assumed = true

[[instruments]]
id = "qids_sr16\""""


def with_pcl5(folder: Path) -> Path:
    """A file with the reference trial, with a PCL-5 at each rating."""
    text = library.text("protocols", "feder2021")
    text = text.replace('\n[[instruments]]\nid = "qids_sr16"', PCL5, 1)
    rated = '  { instrument = "iesr" },\n'
    text = text.replace(rated, '  { instrument = "pcl5" },\n' + rated, 1)
    made = folder / "protocol.toml"
    made.write_text(text)
    return made


def begin_trial(
    protocol: str | Path, key: Path, anchors: Path, *, at: datetime
) -> dict[str, User]:
    """Begins a trial at two sites with an administrator and nine invited users.

    Returns:
        Name of the role, or ``second`` and the role -> the user.
    """
    found(protocol, SITES, at=at)
    ada = User(username="administrator", first_name="Ada Adams")
    ada.set_password(PASSWORD)
    ada.save()
    first_administrator(ada, at=at)
    users = {"administrator": ada}
    users |= {name: _invited(name, actor_of(ada, at=at), at) for name in INVITED}
    seal(
        places=60,
        key=key,
        anchors=anchors,
        actor=actor_of(users["statistician"], at=at),
        at=at,
        seed=7,
        vouched=fingerprint(holders(at=at)),
        aware=True,
    )
    return users


def _invited(name: str, administrator: Actor, at: datetime) -> User:
    """Invites a user, gives the role, and takes the invitation up."""
    username = name.replace(" ", "-")
    full_name, role, site = INVITED[name]
    user = invite(username, full_name, actor=administrator, at=at)
    made = grant(user, role, site, actor=administrator, at=at)
    assert isinstance(made, Membership)
    assert link(user).token
    assert set_password(user, PASSWORD, at=at) == []
    return user
