"""Audit trail as one user may read it, without any sign of concealed entries."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache

from equipoise.conduct.access.actor import ALL_SITES, Actor
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import entries
from equipoise.conduct.capture.participants import find, visible
from equipoise.conduct.forms.from_protocol import instrument_form
from equipoise.conduct.study.protocols import in_force
from equipoise.protocol.model import Protocol

# Forms that disclose nothing, and those that disclose one thing. Every other form is shown
# only to users from whom nothing is concealed, so that no later form is shown by mistake.
OPEN = frozenset(
    {
        "", "consent", "characteristics", "eligibility", "exclusion", "milestone",
        "visit", "schedule", "randomization", "unblinding", "treatment",
    }
)  # fmt: skip
SHOWS = {
    "infusion": "infusions",
    "syringe": "infusions",
    "vitals": "vitals",
    "event": "adverse events",
    "guess": "ratings",
}
EVERYTHING = ("infusions", "dissociation", "vitals", "adverse events", "ratings")


@dataclass(frozen=True, slots=True)
class Line:
    """A displayed entry, without its number in the chain: gaps would reveal others."""

    at: datetime
    actor: str
    act: str
    form: str
    visit: str
    minute: int | None
    item: str
    value: str | None
    reason: str


def chains(actor: Actor) -> list[str]:
    """Identifiers of participants whose audit trail a user may read."""
    return [
        p.identifier for p in visible(actor) if actor.may("read audit", p.site.code)
    ]


def readable(chain: str, actor: Actor) -> list[Line]:
    """Entries of an audit trail that are not concealed, in order."""
    rows = entries(chain).values_list(*(field.name for field in fields(Line)))
    if chain == STUDY:
        actor.require("read audit", ALL_SITES)
        return [Line(*row) for row in rows]
    site, protocol = find(chain, actor).site.code, in_force()
    actor.require("read audit", site)

    @cache
    def seen(form: str) -> bool:
        return all(actor.sees(protocol, part, site) for part in _shows(protocol, form))

    return [line for line in (Line(*row) for row in rows) if seen(line.form)]


def _shows(protocol: Protocol, form: str) -> tuple[str, ...]:
    kind, _, name = form.partition(":")
    kind = kind.partition("#")[0]
    if kind in OPEN:
        return ()
    if kind == "instrument" and name in {use.id for use in protocol.instruments}:
        return (instrument_form(protocol, name).shows,)
    return (SHOWS[kind],) if kind in SHOWS else EVERYTHING
