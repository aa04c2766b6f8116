"""The Django application ``capture``."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Its name, and what it begins."""

    name = "equipoise.conduct.capture"

    def ready(self) -> None:
        """Registers the acts that need a second person: unlock, reopening, unblinding."""
        from equipoise.conduct.capture import end_of_trial, locking  # noqa: F401
