"""API tokens: issuing, checking and revoking them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.contrib.auth.models import User
from django.db import transaction

from equipoise.conduct.api.models import ApiToken
from equipoise.conduct.audit.clock import has_passed
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.register import change
from equipoise.conduct.study.protocols import record
from equipoise.errors import ConductError

PREFIX = "eqp_"  # identifies a leaked token
LONGEST = 90  # days


@transaction.atomic
def issue(user: User, label: str, *, days: int, at: datetime) -> tuple[ApiToken, str]:
    """A new token, which is shown once and not stored (EQ963, not valid).

    It has the rights of its user at the time of use.
    """
    if not 1 <= days <= LONGEST or not label.strip() or len(label) > 80:
        raise ConductError.single(
            "EQ963",
            "a token needs a label and a validity of 1 to 90 days",
            where="the token",
            fix="enter a label of at most 80 characters and a number of days",
        )
    text = PREFIX + secrets.token_urlsafe(32)
    made = ApiToken.objects.create(
        user=user,
        label=label.strip(),
        digest=_digest(text),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    _note("issue token", made, user.get_username(), at)
    return made, text


def holder(text: str, *, at: datetime) -> User | None:
    """User of a token; None if it is not a token, has expired or was revoked."""
    found = ApiToken.objects.select_related("user").filter(
        digest=_digest(text), revoked_at__isnull=True
    )
    token = found.first()
    if token is None or has_passed(token.expires_at, at):
        return None
    return token.user if token.user.is_active else None


@transaction.atomic
def revoke(user: User, number: int, *, at: datetime) -> bool:
    """Revokes one of the user's own tokens; False if there is no such token."""
    return bool(revoke_all(user, by=user.get_username(), at=at, pk=number))


def revoke_all(user: User, *, by: str, at: datetime, **which: int) -> int:
    """Revokes all tokens of a user, as when the account is reset; their number."""
    held = list(ApiToken.objects.filter(user=user, revoked_at__isnull=True, **which))
    for token in held:
        change(ApiToken.objects.filter(pk=token.pk), revoked_at=at)
        _note("revoke token", token, by, at)
    return len(held)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _note(act: str, token: ApiToken, actor: str, at: datetime) -> None:
    fact = Fact(act, item=str(token.pk), value=token.label)
    record(STUDY, fact, actor=actor, at=at)
