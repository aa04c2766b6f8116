"""Participants of tests who have come as far as a test needs."""

from __future__ import annotations

from datetime import datetime

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import append, entries
from equipoise.conduct.capture.form_saving import note_state
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import in_force
from equipoise.protocol.amend import content_hash
from tests.conduct.conftest import NOW

CHARACTERISTICS = {
    "age": "41", "sex": "F", "weight_kg": "82", "ptsd_years": "14", "psychotropics": "no",
}  # fmt: skip


def write(identifier: str, facts: list[Fact], at: datetime = NOW) -> None:
    protocol = content_hash(in_force())
    append(identifier, facts, actor="test", protocol=protocol, at=at)


def form(
    identifier: str,
    name: str,
    values: dict[str, str],
    visit: str = "",
    at: datetime = NOW,
    complete: bool = True,
) -> None:
    facts = [Fact("answer", name, visit, item=n, value=v) for n, v in values.items()]
    if complete:
        facts.append(Fact("complete", name, visit))
    write(identifier, facts, at)
    person = Participant.objects.filter(identifier=identifier).first()
    if person is not None:  # the list says what the entries say
        last = entries(identifier).last()
        state = "complete" if complete else "started"
        note_state(person, (name, visit, None), state, actor=Actor(last.actor, {}), at=at,
                   seq=last.seq)  # fmt: skip


def screened(number: int = 1, site: str = "north") -> Participant:
    return Participant.objects.create(
        identifier=f"P{number:04d}", place=number, created_at=NOW,
        site=Site.objects.get(code=site),
    )  # fmt: skip


def attested(yes: tuple[str, ...] = ("I2", "I4", "I5")) -> dict[str, str]:
    rules = (c.id for c in in_force().eligibility if c.require is None)
    return {name: "yes" if name in yes else "no" for name in rules}


def caps5(value: int) -> dict[str, str]:
    items = in_force().scales["caps5"].items
    return {n: f"{min(value, max(item.allowed))}" for n, item in items.items()}


def eligible(number: int = 1, site: str = "north") -> Participant:
    person = screened(number, site)
    name = person.identifier
    write(name, [Fact("screen", value=site)])
    form(name, "consent", {"version": "1.0", "signed_at": "2027-01-04T08:00"})
    form(name, "characteristics", CHARACTERISTICS)
    form(name, "instrument:caps5", caps5(2), "screening")
    form(name, "instrument:caps5", caps5(2), "baseline")
    form(name, "eligibility", attested())
    return person
