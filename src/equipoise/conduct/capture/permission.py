"""Who may see and fill in which form of which participant."""

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
    """Whether a person may see a form: nothing is concealed, and it is theirs to read.

    Lists give the protocol in force, so that it is not looked up for each form.
    """
    site = participant.site.code
    if actor.own is not None:
        return actor.own == participant.identifier and form.by == "participant"
    if form.shows and not actor.sees(protocol or in_force(), form.shows, site):
        return False
    return (
        may_fill(actor, participant, form, protocol)
        or actor.may("read forms", site)
        or actor.may("lock", site)  # sees what keeps a participant from being locked
    )


def may_fill(
    actor: Actor, participant: Participant, form: Form, protocol: Protocol | None = None
) -> bool:
    """Whether a person may fill a form in."""
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
    """Whether a rating would be made by somebody who has seen the participant's arm."""
    rating = form.by == "rater" or form.id.startswith(RATINGS)
    return rating and participant.identifier in actor.unblinded


class Rights:
    """What one person may do with the forms of visits at each site: for lists.

    Whose such a form is does not depend on the participant, but for a participant's
    own account and for who was unblinded; so it is worked out once for a site.
    """

    def __init__(self, actor: Actor, protocol: Protocol) -> None:
        self._actor, self._protocol = actor, protocol
        self._known: dict[tuple[str, str], dict[str, tuple[bool, bool]]] = {}

    def of(self, participant: Participant, form: Form) -> tuple[bool, bool]:
        """Whether the person may see a form, and may fill it in."""
        known = self.at(participant)
        if form.id not in known:
            asked = self._actor, participant, form, self._protocol
            known[form.id] = may_read(*asked), may_fill(*asked)
        return known[form.id]

    def at(self, participant: Participant) -> dict[str, tuple[bool, bool]]:
        """What is known by now of the site of a participant."""
        name = participant.identifier
        alone = self._actor.own is not None or name in self._actor.unblinded
        own = name if alone else ""
        return self._known.setdefault((participant.site.code, own), {})


def require_reading(actor: Actor, participant: Participant, form: Form) -> None:
    """Refuses who may not see a form, as if there were none (EQ913)."""
    if not may_read(actor, participant, form):
        raise _not_yours("see")


def require_form(actor: Actor, participant: Participant, form: Form) -> None:
    """Refuses who may not fill a form in, in words that tell nothing of it (EQ913)."""
    if rates_unblinded(actor, participant, form):
        raise AccessError.single(
            "EQ913",
            f"the treatment of {participant.identifier} was shown to you: you cannot "
            "rate this participant any more",
            where="the form",
            mend="somebody who is blinded fills this form in",
        )
    if not may_fill(actor, participant, form):
        raise _not_yours("fill in")


def _not_yours(to: str) -> AccessError:
    return AccessError.single(
        "EQ913",
        f"this form is not yours to {to}",
        where="the form",
        mend="forms that are yours are on your list of today",
    )


def may_attest(actor: Actor, place: Place) -> bool:
    """Whether a person may sign a form off: one that is attested, in its own role only."""
    roles = actor.roles_at(place.participant.site.code)
    return not place.form.attested or place.form.by in roles


def require_attester(actor: Actor, place: Place) -> None:
    """Refuses to sign off, in another's name, what only one role attests (EQ913)."""
    if not may_attest(actor, place):
        raise AccessError.single(
            "EQ913",
            f"only the {place.form.by} signs this form off",
            where="the form",
            mend=f"what you answered is kept: ask the {place.form.by} to complete it",
        )
