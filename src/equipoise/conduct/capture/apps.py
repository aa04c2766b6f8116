"""The Django application ``capture``."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Its name, and its proposals."""

    name = "equipoise.conduct.capture"

    def ready(self) -> None:
        """Registers the actions that need a second approver: unlock, reopen, unblind."""
        from equipoise.conduct.capture import end_of_trial, locking  # noqa: F401
