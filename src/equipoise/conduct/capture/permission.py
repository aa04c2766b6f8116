"""Permissions: who may view, fill in and sign off which form of which participant."""

from __future__ import annotations

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import AccessError
from equipoise.protocol.model import Protocol
from equipoise.protocol.roles import ROLES

RATINGS = ("instrument:", "guess:")


def may_read(
    actor: Actor, participant: Participant, form: Form, protocol: Protocol | None = None
) -> bool:
    """Whether a user may view a form: it is not concealed, and a role may read it.

    Lists pass the protocol in force, so that it is not read for each form.
    """
    site = participant.site.code
    if actor.own is not None:
        return actor.own == participant.identifier and form.by == "participant"
    if form.shows and not actor.sees(protocol or in_force(), form.shows, site):
        return False
    return (
        may_fill(actor, participant, form, protocol)
        or actor.may("read forms", site)
        or actor.may("lock", site)  # can view what prevents the lock
    )


def may_fill(
    actor: Actor, participant: Participant, form: Form, protocol: Protocol | None = None
) -> bool:
    """Whether a user may fill in a form."""
    site = participant.site.code
    if actor.own is not None:
        return actor.own == participant.identifier and form.by == "participant"
    if form.shows and not actor.sees(protocol or in_force(), form.shows, site):
        return False
    if rates_unblinded(actor, participant, form):
        return False
    if form.id.startswith("event"):
        return actor.may("report event", site)
    allowed = {form.by, *ROLES[form.by].stand_ins}
    return actor.may("fill in", site) and bool(allowed & actor.roles_at(site))


def rates_unblinded(actor: Actor, participant: Participant, form: Form) -> bool:
    """Whether the rater of a form has been unblinded for the participant."""
    rating = form.by == "rater" or form.id.startswith(RATINGS)
    return rating and participant.identifier in actor.unblinded


class Rights:
    """Rights of one user to the forms of visits at each site: for lists.

    They do not depend on the participant, except for a participant's account and for
    unblinded raters; so they are determined once for a site.
    """

    def __init__(self, actor: Actor, protocol: Protocol) -> None:
        self._actor, self._protocol = actor, protocol
        self._known: dict[tuple[str, str], dict[str, tuple[bool, bool]]] = {}

    def of(self, participant: Participant, form: Form) -> tuple[bool, bool]:
        """Whether the user may view a form, and may fill it in."""
        known = self.at(participant)
        if form.id not in known:
            arguments = self._actor, participant, form, self._protocol
            known[form.id] = may_read(*arguments), may_fill(*arguments)
        return known[form.id]

    def at(self, participant: Participant) -> dict[str, tuple[bool, bool]]:
        """Rights that are determined already for the site of a participant."""
        name = participant.identifier
        alone = self._actor.own is not None or name in self._actor.unblinded
        own = name if alone else ""
        return self._known.setdefault((participant.site.code, own), {})


def require_reading(actor: Actor, participant: Participant, form: Form) -> None:
    """Requires the right to view a form (EQ913)."""
    if not may_read(actor, participant, form):
        raise _not_yours("view")


def require_form(actor: Actor, participant: Participant, form: Form) -> None:
    """Requires the right to fill in a form (EQ913, with a text that reveals nothing)."""
    if rates_unblinded(actor, participant, form):
        raise AccessError.single(
            "EQ913",
            f"the treatment of {participant.identifier} was shown to you, so you can no "
            "longer rate this participant",
            where="the form",
            fix="ask a blinded rater to fill in this form",
        )
    if not may_fill(actor, participant, form):
        raise _not_yours("fill in")


def _not_yours(to: str) -> AccessError:
    return AccessError.single(
        "EQ913",
        f"you may not {to} this form",
        where="the form",
        fix="your forms are listed on the page *Today*",
    )


def may_attest(actor: Actor, place: Place) -> bool:
    """Whether a user may sign off a form: an attested form only in its own role."""
    roles = actor.roles_at(place.participant.site.code)
    return not place.form.attested or place.form.by in roles


def require_attester(actor: Actor, place: Place) -> None:
    """Requires the role that attests a form (EQ913)."""
    if not may_attest(actor, place):
        raise AccessError.single(
            "EQ913",
            f"only the {place.form.by} signs off this form",
            where="the form",
            fix=f"your entries are saved; ask the {place.form.by} to complete the form",
        )
