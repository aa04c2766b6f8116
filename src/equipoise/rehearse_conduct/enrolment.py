"""Enrolment in a rehearsal: screening, day 0 and randomization on their pages."""

from __future__ import annotations

import re
from datetime import datetime

from equipoise.errors import ConductError
from equipoise.rehearse_conduct.action_plan import Part
from equipoise.rehearse_conduct.users import Cast

KIT = re.compile(r'Kit\s+<strong class="number">(\w+)</strong>')
LINK = re.compile(r'<p class="address">https?://[^/]+([^<]+)</p>')


def screen(cast: Cast, part: Part) -> None:
    """Screens a participant, with the identifier of the simulation, and plans day 0.

    Raises:
        ConductError: EQ964.
    """
    enter(cast, part)
    plan_day0(cast, part)


def enter(cast: Cast, part: Part) -> None:
    """Adds a participant to the screening log.

    Raises:
        ConductError: EQ964, the application assigns another identifier.
    """
    coordinator, at = cast.browser("coordinator"), part.screened_at
    log = coordinator.open("/participants/", at)
    where = coordinator.submit(log.sheet(), {}, at)
    if where != f"/participants/{part.identifier}/":
        raise _otherwise(f"{part.identifier} was entered as {where}", "/participants/")
    cast.note("screened")


def plan_day0(cast: Cast, part: Part) -> None:
    """Plans day 0 on the page of the participant.

    Raises:
        ConductError: EQ964.
    """
    coordinator, at = cast.browser("coordinator"), part.screened_at
    own = f"/participants/{part.identifier}/"
    page = coordinator.open(own, at)
    day0 = {"day0": part.day0.date().isoformat()}
    coordinator.submit(page.sheet(f"{own}day0/"), day0, at)


def give_account(cast: Cast, part: Part, at: datetime) -> None:
    """The coordinator prints the invitation; the participant sets a password and logs in.

    Raises:
        ConductError: EQ964.
    """
    own, name = f"/participants/{part.identifier}/", part.identifier.lower()
    coordinator, participant = cast.browser("coordinator"), cast.browsers[name]
    sheet = coordinator.open(own, at).sheet(f"{own}account/")
    link = LINK.search(coordinator.press(sheet, {}, at).text)
    if link is None:
        raise _otherwise("the invitation has no link", own)
    sheet = participant.open(link[1], at).sheet()
    password = {"password": cast.stage.passwords[name]}
    participant.submit(sheet, password, at)
    participant.log_in(at)
    cast.note("accounts of participants")


def randomize(cast: Cast, part: Part) -> None:
    """Randomizes in one click on the page, and reads the kit.

    Raises:
        ConductError: EQ964, the page reports missing data, or shows no kit.
    """
    if part.randomized_at is None:
        return
    coordinator, at = cast.browser("coordinator"), part.randomized_at
    own = f"/participants/{part.identifier}/"
    address = f"{own}randomize/"
    if not coordinator.open(own, at).leads_to(address):
        raise _otherwise("no button leads to randomization", own)
    page = coordinator.open(address, at)
    kit = KIT.search(
        coordinator.open(coordinator.submit(page.sheet(), {}, at), at).text
    )
    if kit is None:
        raise _otherwise(f"{part.identifier} got no kit", address)
    cast.kits[part.identifier] = kit[1]
    cast.note("randomized")


def _otherwise(what: str, address: str) -> ConductError:
    return ConductError.single(
        "EQ964",
        what,
        where=address,
        fix="compare the simulated participants with the page",
    )
