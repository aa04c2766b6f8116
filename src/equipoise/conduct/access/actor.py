"""The user who acts, with active roles and rights: an argument of every service."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.utils import timezone

from equipoise.conduct.access.rights import RIGHTS, concealed
from equipoise.conduct.audit.clock import has_passed
from equipoise.conduct.sql_statements import moment, rows
from equipoise.errors import AccessError
from equipoise.protocol.model import Protocol
from equipoise.protocol.roles import Act, Role

ALL_SITES = "*"
ASK = "ask an administrator if you need a role with this right"
# One row for each role ever held; in each: whether the account was reset and no password
# set since, whether there is a second factor, whether an arm was shown to the person in an
# emergency, and the participant of the account.
STANDING = """
SELECT EXISTS (SELECT 1 FROM access_reset r WHERE r.user_id = u.id
               AND r.void_at IS NULL AND r.used_at IS NULL),
       EXISTS (SELECT 1 FROM mfa_authenticator f WHERE f.user_id = u.id),
       EXISTS (SELECT 1 FROM audit_entry e WHERE e.form = 'unblinding'
               AND e.act = 'unblind' AND e.actor = u.username),
       own.identifier, held.role, site.code, held.since, held.until
FROM auth_user u
LEFT JOIN access_participantaccount own ON own.user_id = u.id
LEFT JOIN access_membership held ON held.user_id = u.id
LEFT JOIN study_site site ON site.id = held.site_id
WHERE u.id = %s
"""
SHOWN = """
SELECT chain FROM audit_entry
WHERE form = 'unblinding' AND act = 'unblind' AND actor = %s
"""


@dataclass(frozen=True, slots=True)
class Actor:
    """A user with the active roles."""

    name: str  # user name, as the audit trail records it
    roles: dict[Role, frozenset[str]]  # -> sites where it is active, or ``ALL_SITES``
    own: str | None = None  # identifier of the participant, for a participant's account
    second_factor: bool = field(default=False, compare=False)  # whether one is set up
    # Participants whom the user has unblinded in an emergency.
    unblinded: frozenset[str] = field(default=frozenset(), compare=False)

    def may(self, act: Act, site: str) -> bool:
        """Whether the user has a right at a site."""
        return any(
            act in RIGHTS[role] and (site in sites or ALL_SITES in sites)
            for role, sites in self.roles.items()
        )

    def may_anywhere(self, *acts: Act) -> bool:
        """Whether the user has one of these rights at any site."""
        return any(act in RIGHTS[role] for role in self.roles for act in acts)

    def roles_at(self, site: str) -> frozenset[Role]:
        """Active roles at a site."""
        return frozenset(
            r for r, sites in self.roles.items() if site in sites or ALL_SITES in sites
        )

    def sees(self, protocol: Protocol, shows: str, site: str) -> bool:
        """Whether no role conceals something from the user at a site.

        Of two roles the stricter one applies: a rater must not view infusions, whatever
        other roles the user has.
        """
        roles = self.roles_at(site)
        if not roles:
            return False
        return not any(shows in concealed(protocol, role) for role in roles)

    def is_told(self, protocol: Protocol, site: str) -> bool:
        """Whether the user may read treatments at a site: in an open-label trial only."""
        return self.may("read treatment", site) and self.sees(protocol, "arm", site)

    def sites(self) -> frozenset[str]:
        """Sites at which the user has any role."""
        return frozenset().union(*self.roles.values()) if self.roles else frozenset()

    def require(self, act: Act, site: str) -> None:
        """Requires a right at a site (EQ911)."""
        if not self.may(act, site):
            raise refused(f"you may not {act} here")

    def require_anywhere(self, act: Act) -> None:
        """Requires a right at any site (EQ911)."""
        if not self.may_anywhere(act):
            raise refused(f"you may not {act} here")


def refused(
    what: str, where: str = "your roles at this site", fix: str = ASK
) -> AccessError:
    """The error where the roles of the user do not include a right: EQ911."""
    return AccessError.single("EQ911", what, where=where, fix=fix)


def actor_of(user: User | AnonymousUser, *, at: datetime) -> Actor:
    """The user of a request (else EQ912), with the roles active ``at`` (UTC)."""
    if not user.is_authenticated:
        raise AccessError.single(
            "EQ912", "you are not logged in", where="the session", fix="log in"
        )
    name = user.get_username()
    held = rows(STANDING, [user.pk])
    reset, factor, shown, own = held[0][:4]
    if reset:
        # A session or a token of such an account gives no right: a second safeguard,
        # should ending them ever fail.
        return Actor(name, {}, None, bool(factor))
    if own is not None:
        # The site is that of the participant; services look it up by the identifier.
        everywhere: dict[Role, frozenset[str]] = {"participant": frozenset({ALL_SITES})}
        return Actor(name, everywhere, own, bool(factor))
    roles: dict[Role, set[str]] = {}
    for *_, role, site, since, until in held:
        if role is not None and _holds(since, until, at):
            roles.setdefault(role, set()).add(ALL_SITES if site is None else site)
    now: dict[Role, frozenset[str]] = {r: frozenset(s) for r, s in roles.items()}
    known = frozenset(row[0] for row in rows(SHOWN, [name])) if shown else frozenset()
    return Actor(name, now, None, bool(factor), known)


def _holds(since: datetime, until: datetime | None, at: datetime) -> bool:
    ended = until is not None and has_passed(moment(until), at)
    return moment(since) <= at and not ended


def who(request: HttpRequest) -> tuple[Actor, datetime]:
    """User and time of a request: the same throughout the request."""
    known: tuple[Actor, datetime] | None = getattr(request, "who", None)
    if known is None or known[0].name != request.user.get_username():
        at = timezone.now()
        known = actor_of(request.user, at=at), at
        request.who = known  # type: ignore[attr-defined]
    return known
