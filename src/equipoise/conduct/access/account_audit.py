"""Audit trail of accounts and the study, and e-mail to users of the trial.

Actions on the pages of allauth are recorded too: who, when and what; never a secret, and
never a user name without an account: it could be a password typed into the wrong field.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
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
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from equipoise.conduct import mail
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import record


def note(
    act: str,
    item: str,
    value: str,
    actor: str,
    at: datetime,
    reason: str = "",
    form: str = "people",
) -> None:
    """Records an action in the audit trail of the study.

    Args:
        item: the role, the kind of a second factor, or the kind of a request.
        value: the user or thing that it concerns.
        form: ``people`` for actions on accounts.
    """
    fact = Fact(act, form=form, item=item, value=value, reason=reason.strip())
    record(STUDY, fact, actor=actor, at=at)


def tell(
    roles: Iterable[str], sites: Collection[Site], subject: str, text: str
) -> None:
    """Sends an e-mail to all users with one of these roles, after the commit.

    Args:
        text: never with data of a participant.
    """
    to = [(role, site) for role in roles for site in sites]

    def send() -> None:
        for role, site in to:
            mail.tell(role, site, subject, text)

    transaction.on_commit(send, robust=True)  # a failure undoes nothing


LOGIN_PAGE = "log-in page"  # the actor where no user is logged in
TERMINAL = "terminal"  # the actor of commands on the server
KINDS = {
    "totp": "authenticator app",
    "webauthn": "passkey",
    "recovery_codes": "recovery codes",
}
_acting: ContextVar[tuple[str, datetime] | None] = ContextVar("acting", default=None)


@contextmanager
def by(actor: str, at: datetime) -> Iterator[None]:
    """Records changes of an account meanwhile as actions of another user."""
    before = _acting.set((actor, at))
    try:
        yield
    finally:
        _acting.reset(before)


@receiver(post_save, sender=Authenticator)
def _factor_saved(instance: Authenticator, created: bool, **_: Any) -> None:
    if created:  # each use is saved too
        _note("add second factor", instance)


@receiver(post_delete, sender=Authenticator)
def _factor_gone(instance: Authenticator, **_: Any) -> None:
    _note("remove second factor", instance)


def _note(act: str, factor: Authenticator) -> None:
    owner = factor.user.get_username()
    actor, at = _acting.get() or (owner, timezone.now())
    note(act, KINDS[factor.type], owner, actor, at)


@receiver(password_changed)
def _password_changed(user: User, **_: Any) -> None:
    name = user.get_username()
    note("change password", "account", name, name, timezone.now())


@receiver(authentication_failed)
def _factor_refused(user: User, authenticator: Authenticator, **_: Any) -> None:
    """A wrong code after the right password; allauth lets few through."""
    name, now = user.get_username(), timezone.now()
    note("wrong second factor", KINDS[authenticator.type], name, LOGIN_PAGE, now)


@receiver(user_locked_out)
def _locked_out(username: str, **_: Any) -> None:
    """Once for each time that an account is locked, whatever the number of attempts."""
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
