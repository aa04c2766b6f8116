"""E-mail to users: notice of a task, without any participant data.

Nothing is sent unless ``equipoise serve --mail`` names a server. A mail that cannot be
sent is noted in the log and stops nothing: the task is on the page Today.
"""

from __future__ import annotations

import logging
from datetime import datetime
from threading import Thread

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db.models import Q
from django.utils import timezone

from equipoise.conduct.study.models import Site

DUMMY = "django.core.mail.backends.dummy.EmailBackend"


def tell(role: str, site: Site, subject: str, text: str) -> int:
    """Sends a message to all users with a role at a site and an e-mail address.

    Returns immediately: a thread sends the mail. Call it when the transaction is over
    (``transaction.on_commit``).

    Args:
        site: of the role; a role for all sites includes it.
        text: without anything about a participant.

    Returns:
        Number of recipients.
    """
    to = addresses(role, site, timezone.now())
    if to and settings.EMAIL_BACKEND != DUMMY:
        Thread(
            name="mail", target=_send, args=(f"[Equipoise] {subject}", text, to)
        ).start()
    return len(to)


def addresses(role: str, site: Site, at: datetime) -> list[str]:
    """E-mail addresses of users with a role at a site at a time, each once."""
    held = Q(memberships__until=None) | Q(memberships__until__gt=at)
    here = Q(memberships__site=site) | Q(memberships__site=None)
    own = Q(memberships__role=role, memberships__since__lte=at)
    people = User.objects.filter(own & held & here, is_active=True).exclude(email="")
    return sorted(set(people.values_list("email", flat=True)))


def _send(subject: str, text: str, to: list[str]) -> None:
    """One message per recipient, so that no user sees the other addresses."""
    for address in to:
        try:
            send_mail(subject, text, None, [address])
        except OSError as error:  # smtplib's errors are among them
            logging.getLogger(__name__).warning("mail was not sent: %s", error)
