"""What a person may read of a chain: nothing that is concealed, not even that it is."""

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

# Forms that conceal nothing, and those that show one thing. Every other form is shown
# only to who may see everything: a form that is added later is not shown by mistake.
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
    """An entry as it is shown. It has no place in the chain: gaps would tell."""

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
    """Identifiers of participants whose chains a person may look at."""
    return [
        p.identifier for p in visible(actor) if actor.may("read audit", p.site.code)
    ]


def readable(chain: str, actor: Actor) -> list[Line]:
    """What is not concealed of a chain, in its order."""
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
