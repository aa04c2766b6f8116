"""Coming in by a link; after a reset, with the code of a second person too."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from equipoise.conduct.access.inviting import invited, set_password
from equipoise.conduct.access.models import Reset, open_resets
from equipoise.conduct.access.recording import note
from equipoise.conduct.access.second_person import digest
from equipoise.conduct.api.tokens import revoke_all
from equipoise.conduct.audit.register import change
from equipoise.conduct.resetting.asking import is_left_open

TRIES = 5
VOID = "The link is void."
WAITS = "A second person must confirm this reset first."
WRONG = "This is not the code that the second person has."


@dataclass(frozen=True, slots=True)
class Door:
    """What stands behind a link.

    Attributes:
        user: who comes in.
        reset: that made the link; None for an invitation.
    """

    user: User
    reset: Reset | None

    @property
    def waits(self) -> bool:
        """Whether a second person must confirm still."""
        return self.reset is not None and self.reset.waits

    @property
    def coded(self) -> bool:
        """Whether the code of a second person is needed."""
        return self.reset is not None and self.reset.second


def door(account: str, token: str) -> Door | None:
    """Where a link leads.

    None if it is void, too many wrong codes were tried, or it alone would open arms.
    """
    user = invited(account, token)
    if user is None:
        return None
    reset = open_resets().filter(user=user).first()
    alone = reset is None or not reset.second
    if alone and is_left_open(user):
        return None
    if reset is not None and reset.tries >= TRIES:
        return None
    return Door(user, reset)


def join(
    account: str, token: str, *, password: str, code: str, at: datetime
) -> list[str]:
    """Sets the password of who has the link, and the code where one is needed.

    Args:
        account: of the link.
        token: of the link.
        password: at least 12 characters.
        code: of the second person; ignored where none is needed.
        at: UTC.

    Returns:
        What is wrong; empty if the password was set.
    """
    with transaction.atomic():
        found = door(account, token)
        if found is None:
            return [VOID]
        # Whoever comes second with the same link finds it used.
        User.objects.select_for_update().get(pk=found.user.pk)
        found = door(account, token)
        if found is None:
            return [VOID]
        wrong = _wrong_code(found, code, at)
        wrong = wrong or set_password(found.user, password, at=at)
        if not wrong and found.reset is not None:
            change(Reset.objects.filter(pk=found.reset.pk), used_at=at)
            _sweep(found.user, at)
        return wrong


def _sweep(user: User, at: datetime) -> None:
    """Takes away what a request made that was on its way while the account was reset."""
    Authenticator.objects.filter(user=user).delete()
    revoke_all(user, by=user.username, at=at)


def _wrong_code(found: Door, code: str, at: datetime) -> list[str]:
    reset = found.reset
    if reset is None or not reset.second:
        return []
    if reset.waits:
        return [WAITS]
    if hmac.compare_digest(reset.code, digest(code)):
        return []
    Reset.objects.filter(pk=reset.pk).update(tries=F("tries") + 1)
    name = found.user.username
    note("wrong code of reset", "account", name, "join page", at)
    left = TRIES - reset.tries - 1
    return [f"{WRONG} Attempts left: {left}."]
