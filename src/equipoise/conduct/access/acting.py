"""Somebody who does something: the argument of every service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef

from equipoise.conduct.access.models import (
    Membership,
    ParticipantAccount,
    open_resets,
)
from equipoise.conduct.access.rights import RIGHTS, Act, Role, concealed
from equipoise.conduct.audit.clock import has_passed
from equipoise.errors import AccessError
from equipoise.protocol.model import Protocol

ALL_SITES = "*"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with the roles that hold now.

    Attributes:
        name: user name, as it stands in the audit.
        roles: role -> sites at which it holds; ``ALL_SITES`` for all.
        own: identifier of the participant, for a participant's own account.
    """

    name: str
    roles: dict[Role, frozenset[str]]
    own: str | None = None

    def may(self, act: Act, site: str) -> bool:
        """Whether the person may do something at a site."""
        return any(
            act in RIGHTS[role] and (site in sites or ALL_SITES in sites)
            for role, sites in self.roles.items()
        )

    def roles_at(self, site: str) -> frozenset[Role]:
        """Roles that hold at a site."""
        return frozenset(
            r for r, sites in self.roles.items() if site in sites or ALL_SITES in sites
        )

    def sees(self, protocol: Protocol, shows: str, site: str) -> bool:
        """Whether nothing keeps the person from knowing something at a site.

        Of two roles the stricter one holds: who rates must not see infusions, whatever
        else the person may be.
        """
        roles = self.roles_at(site)
        if not roles:
            return False
        return not any(shows in concealed(protocol, role) for role in roles)

    def is_told(self, protocol: Protocol, site: str) -> bool:
        """Whether the person may read who got what at a site: in an open trial alone."""
        return self.may("read treatment", site) and self.sees(protocol, "arm", site)

    def sites(self) -> frozenset[str]:
        """Sites at which the person has any role."""
        return frozenset().union(*self.roles.values()) if self.roles else frozenset()

    def require(self, act: Act, site: str) -> None:
        """Refuses what the person may not do.

        Raises:
            AccessError: EQ911.
        """
        if not self.may(act, site):
            raise AccessError.single(
                "EQ911",
                f"you may not {act} here",
                where="your roles at this site",
                mend="ask the administrator for the role, if it is yours to have",
            )


def actor_of(user: User | AnonymousUser, *, at: datetime) -> Actor:
    """The person behind a request.

    Args:
        user: who is logged in.
        at: UTC; roles that have begun and not ended by then hold.

    Raises:
        AccessError: EQ912, nobody is logged in.
    """
    if not user.is_authenticated:
        raise AccessError.single(
            "EQ912", "you are not logged in", where="the session", mend="log in"
        )
    name = user.get_username()
    # Whoever still holds a session or a token of an account that was reset has no right:
    # this is the second wall, should ending them ever fail.
    intact = ~Exists(open_resets().filter(user=OuterRef("user")))
    own = ParticipantAccount.objects.filter(intact, user=user).first()
    if own is not None:
        # The site is that of the participant; services look it up by the identifier.
        return Actor(name, {"participant": frozenset({ALL_SITES})}, own.identifier)
    held: dict[Role, set[str]] = {}
    members = Membership.objects.filter(intact, user=user, since__lte=at)
    for member in members.select_related("site"):
        if member.until is None or not has_passed(member.until, at):
            code = ALL_SITES if member.site is None else member.site.code
            held.setdefault(cast(Role, member.role), set()).add(code)
    return Actor(name, {role: frozenset(sites) for role, sites in held.items()})
