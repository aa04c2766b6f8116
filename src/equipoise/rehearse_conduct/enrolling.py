"""Screening, day 0 and randomization on their pages."""

from __future__ import annotations

import re

from equipoise.errors import ConductError
from equipoise.rehearse_conduct.cast import Cast
from equipoise.rehearse_conduct.script import Part

KIT = re.compile(r'Kit\s+<strong class="number">(\w+)</strong>')


def screen(cast: Cast, part: Part) -> None:
    """Enters a person, who must get the identifier of the simulation, and plans day 0.

    Raises:
        ConductError: EQ964.
    """
    coordinator, at = cast.browser("coordinator"), part.screened_at
    log = coordinator.open("/participants/", at)
    where = coordinator.submit(log.sheet(), {}, at)
    if where != f"/participants/{part.identifier}/":
        raise _otherwise(f"{part.identifier} was entered as {where}", "/participants/")
    page = coordinator.open(where, at)
    day0 = {"day0": part.day0.date().isoformat()}
    coordinator.submit(page.sheet(f"{where}day0/"), day0, at)
    cast.note("screened")


def randomize(cast: Cast, part: Part) -> None:
    """Randomizes in one click on the page, and reads the kit.

    Raises:
        ConductError: EQ964, the page says that something is lacking, or shows no kit.
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
        mend="compare the virtual participants with what the page says",
    )
