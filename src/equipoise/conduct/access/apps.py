"""The Django application ``access``."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Records what people do to their accounts, and lets roles take two people."""

    name = "equipoise.conduct.access"

    def ready(self) -> None:
        """Loads what listens, and what takes two people; models are ready only now."""
        from equipoise.conduct.access import account_audit, role_grants  # noqa: F401
