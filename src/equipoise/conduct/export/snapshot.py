"""Snapshot of a trial that can be exported again: the length of each hash chain.

Entries are only added, so that the lengths of the chains identify the data: the same
lengths give the same tables at any later time, to the byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.models import Head
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.forms.from_protocol import instrument_form
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import hash_in_force, in_force
from equipoise.protocol.model import Protocol


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Participants whom a user may export, and the lengths of their chains."""

    heads: dict[str, int]  # identifier -> number of entries
    zones: dict[str, str]  # identifier -> time zone of the site
    protocol: str  # content hash of the protocol in force
    hash: str  # SHA-256 of protocol, identifiers, lengths, last hashes and zones


def take(actor: Actor) -> Snapshot:
    """The current snapshot of the sites at which a user may export."""
    sites = dict(Participant.objects.values_list("identifier", "site__code"))
    allowed = {code: actor.may("export", code) for code in set(sites.values())}
    zones = dict(Site.objects.values_list("code", "timezone"))
    protocol = hash_in_force()
    digest = sha256(protocol.encode())
    heads: dict[str, int] = {}
    for head in Head.objects.order_by("chain").iterator():
        if head.seq and head.chain in sites and allowed[sites[head.chain]]:
            heads[head.chain] = head.seq
            digest.update(f"\n{head.chain} {head.seq} ".encode() + bytes(head.hash))
            if zones[sites[head.chain]] != "UTC":
                digest.update(zones[sites[head.chain]].encode())
    held = {chain: zones[sites[chain]] for chain in heads}
    return Snapshot(heads, held, protocol, digest.hexdigest())


SHOWS = {
    "infusion": "infusions",
    "vitals": "vitals",
    "event": "adverse events",
    "guess": "ratings",
    "relapse": "ratings",
}


@dataclass(frozen=True, slots=True)
class Sight:
    """Forms that a user may view, site by site."""

    actor: Actor
    protocol: Protocol
    shows: Mapping[str, str]  # ``instrument:<id>``, or id of a form of the protocol

    @property
    def is_whole(self) -> bool:
        """Whether no form is concealed from the user at any site."""
        shown = {*SHOWS.values(), *self.shows.values()}
        return all(
            self.actor.sees(self.protocol, one, site)
            for site in self.actor.sites()
            for one in shown - {""}
        )

    def sees(self, form: str, site: str) -> bool:
        """Whether values of a form may be in the export."""
        kind = form.partition("#")[0]
        if kind.startswith("instrument:"):
            shows = self.shows.get(kind, "ratings")
        else:
            kind = kind.partition(":")[0]
            shows = SHOWS.get(kind) or self.shows.get(kind, "")
        return not shows or self.actor.sees(self.protocol, shows, site)


def sight_of(actor: Actor) -> Sight:
    """Forms that a user may view under the protocol in force."""
    protocol = in_force()
    forms = [instrument_form(protocol, use.id) for use in protocol.instruments]
    own = {form.id: form.conceals or "" for form in protocol.form_definitions()}
    return Sight(actor, protocol, own | {form.id: form.shows for form in forms})
