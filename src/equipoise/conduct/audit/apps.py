"""The Django application ``audit``."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Its name, and its signals."""

    name = "equipoise.conduct.audit"

    def ready(self) -> None:
        """Starts to register changes of the tables in ``register``."""
        from equipoise.conduct.audit import register  # models are ready only now

        register.connect()
