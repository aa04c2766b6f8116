"""What people do to their accounts on the pages of allauth, in the chain of the study.

Who, when and what; never a secret, and of a name that nobody has not even the name: it
could be a password typed into the wrong field.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from equipoise.conduct.access.recording import note
from equipoise.conduct.audit.models import STUDY, Entry

LOGIN_PAGE = "log-in page"  # the actor of what somebody did who is not logged in
KINDS = {
    "totp": "authenticator app",
    "webauthn": "passkey",
    "recovery_codes": "recovery codes",
}
_acting: ContextVar[tuple[str, datetime] | None] = ContextVar("acting", default=None)


@contextmanager
def by(actor: str, at: datetime) -> Iterator[None]:
    """What happens to an account meanwhile is the deed of somebody else than its owner."""
    before = _acting.set((actor, at))
    try:
        yield
    finally:
        _acting.reset(before)


def connect() -> None:
    """Listens; called once, when the application is loaded."""
    post_save.connect(_factor_saved, sender=Authenticator, dispatch_uid="factor saved")
    post_delete.connect(_factor_gone, sender=Authenticator, dispatch_uid="factor gone")
    password_changed.connect(_password_changed, dispatch_uid="password changed")
    authentication_failed.connect(_factor_refused, dispatch_uid="factor refused")
    user_locked_out.connect(_locked_out, dispatch_uid="locked out")


def _factor_saved(instance: Authenticator, created: bool, **_: Any) -> None:
    if created:  # each use is saved too
        _note("add second factor", instance)


def _factor_gone(instance: Authenticator, **_: Any) -> None:
    _note("remove second factor", instance)


def _note(act: str, factor: Authenticator) -> None:
    owner = factor.user.get_username()
    actor, at = _acting.get() or (owner, timezone.now())
    note(act, KINDS[factor.type], owner, actor, at)


def _password_changed(user: User, **_: Any) -> None:
    name = user.get_username()
    note("change password", "account", name, name, timezone.now())


def _factor_refused(user: User, authenticator: Authenticator, **_: Any) -> None:
    """A wrong code of somebody who knew the password; allauth lets few through."""
    name, now = user.get_username(), timezone.now()
    note("wrong second factor", KINDS[authenticator.type], name, LOGIN_PAGE, now)


def _locked_out(username: str, **_: Any) -> None:
    """Once for each time that an account is locked, however often somebody goes on."""
    name = (username or "").partition(" ")[0]  # without the device or session
    user = User.objects.filter(username__iexact=name).first()
    if user is None:
        return
    now = timezone.now()
    cool = timedelta(hours=settings.AXES_COOLOFF_TIME)
    noted = Entry.objects.filter(
        chain=STUDY, form="people", act="lock out", value=user.username,
        at__gt=now - cool,
    )  # fmt: skip
    if not noted.exists():
        note("lock out", "account", user.username, LOGIN_PAGE, now)
