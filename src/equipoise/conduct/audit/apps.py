"""The Django application ``audit``."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Its name, and what it begins."""

    name = "equipoise.conduct.audit"

    def ready(self) -> None:
        """Begins to register the tables that stand beside the chains."""
        from equipoise.conduct.audit import register  # models are ready only now

        register.connect()
