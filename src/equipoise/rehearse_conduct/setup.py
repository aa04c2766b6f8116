"""Set-up of a rehearsal before the first participant: users, site, allocation schedule.

Run as a separate program with the plan on its standard input, because Django is set up
once in a process.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

from equipoise.conduct.access.rights import RIGHTS

START = datetime(2000, 1, 1, tzinfo=UTC)  # before any simulated participant
ROLES = tuple(role for role in RIGHTS if role != "participant")
EVERYWHERE = ("administrator", "statistician")


def user_name(role: str) -> str:
    """The user name of a role."""
    return role.replace(" ", "-")


# All users by user name: one user per role, and a second pharmacist.
SECOND = "second-pharmacist"
STAFF = {user_name(role): role for role in ROLES} | {SECOND: "pharmacist"}


def set_up(plan: dict[str, Any]) -> None:
    """Creates the databases and their content.

    Args:
        plan: ``protocol`` (text), ``instruments`` (id -> text), ``site``, ``seed``,
            ``places``, ``participants`` (identifiers), ``passwords`` (by user name).
    """
    from django.conf import settings
    from django.core.management import call_command

    for alias in ("default", "vault"):
        call_command("migrate", database=alias, verbosity=0)
    call_command("createcachetable", verbosity=0)
    from equipoise.conduct.access.actor import ALL_SITES, Actor
    from equipoise.conduct.allocation.key import make_key
    from equipoise.conduct.enrolment.allocation_list import seal
    from equipoise.conduct.study.models import ConsentVersion, Site
    from equipoise.conduct.study.protocols import accept
    from equipoise.instruments.load import parse_instrument
    from equipoise.protocol.form_file import parse_form
    from equipoise.protocol.load import parse_protocol

    texts = plan["instruments"]
    protocol = parse_protocol(
        plan["protocol"],
        origin="protocol.toml",
        find_instrument=lambda n: parse_instrument(texts[n], origin=f"{n}.toml"),
        find_form=lambda n: parse_form(texts[f"form:{n}"], origin=f"{n}.toml"),
    )
    accept(protocol, plan["protocol"], texts, actor="administrator", at=START)
    site = Site.objects.create(code=plan["site"], name=plan["site"])
    ConsentVersion.objects.create(label="1.0", valid_from=START.date())
    _people(plan, site)
    make_key(settings.VAULT_KEY)  # unchanged, if the folder has one
    everywhere = frozenset({ALL_SITES})
    seal(
        places=plan["places"],
        key=settings.VAULT_KEY,
        anchors=settings.ANCHORS,
        actor=Actor(user_name("statistician"), {"statistician": everywhere}),
        at=START,
        seed=plan["seed"],
    )


def _people(plan: dict[str, Any], site: Any) -> None:
    from django.contrib.auth.models import User

    from equipoise.conduct.access.models import Membership, ParticipantAccount

    passwords = plan["passwords"]
    for name, role in STAFF.items() if passwords else ():
        user = User.objects.create_user(name, password=passwords[name])
        Membership.objects.create(
            user=user,
            role=role,
            site=None if role in EVERYWHERE else site,
            since=START,
            granted_by="setup",
        )
    for identifier in plan["participants"]:
        name = identifier.lower()
        user = User.objects.create_user(name, password=passwords[name])
        ParticipantAccount.objects.create(user=user, identifier=identifier)


if __name__ == "__main__":
    import django

    django.setup()
    set_up(json.load(sys.stdin))
