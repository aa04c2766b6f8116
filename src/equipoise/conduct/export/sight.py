"""Which forms a person's export may hold: what is not concealed from the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.forms.from_protocol import instrument_form
from equipoise.conduct.study.protocols import in_force
from equipoise.protocol.model import Protocol

SHOWS = {
    "infusion": "infusions",
    "vitals": "vitals",
    "event": "adverse events",
    "guess": "ratings",
    "relapse": "ratings",
}


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person may know of, site by site."""

    actor: Actor
    protocol: Protocol
    instruments: dict[str, str]  # id -> what its form shows
    own: Mapping[str, str] = field(
        default_factory=dict
    )  # forms of the protocol, likewise

    @property
    def is_whole(self) -> bool:
        """Whether no form is concealed from the person at any site."""
        shown = {*SHOWS.values(), *self.instruments.values(), *self.own.values()}
        return all(
            self.actor.sees(self.protocol, one, site)
            for site in self.actor.sites()
            for one in shown - {""}
        )

    def sees(self, form: str, site: str) -> bool:
        """Whether values of a form may be in the export."""
        kind, _, rest = form.replace("#", ":").partition(":")
        shows = (
            self.instruments.get(rest, "ratings")
            if kind == "instrument"
            else SHOWS.get(kind) or self.own.get(kind, "")
        )
        return not shows or self.actor.sees(self.protocol, shows, site)


def sight_of(actor: Actor) -> Sight:
    """What a person may know of under the protocol in force."""
    protocol = in_force()
    shows = {
        use.id: instrument_form(protocol, use.id).shows for use in protocol.instruments
    }
    own = {form.id: form.conceals or "" for form in protocol.form_definitions()}
    return Sight(actor, protocol, dict(shows), own)
