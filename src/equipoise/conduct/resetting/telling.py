"""The person concerned learns that the account was reset: who asked, who confirmed, why."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from equipoise.conduct.access.models import Reset
from equipoise.conduct.access.recording import note


def unread(user: User) -> list[Reset]:
    """Resets of one's account that one has not confirmed to have read."""
    return list(Reset.objects.filter(user=user, seen_at__isnull=True))


def history(user: User) -> list[Reset]:
    """Every reset of one's account, the newest first; reading hides none of them."""
    return list(Reset.objects.filter(user=user).order_by("-id"))


def read(user: User, *, at: datetime) -> None:
    """Notes that the person has read of every reset so far."""
    with transaction.atomic():
        new = Reset.objects.filter(user=user, seen_at__isnull=True)
        if new.update(seen_at=at):
            note("read of reset", "account", user.username, user.username, at)
