"""The Django application ``access``."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Its name and label."""

    name = "equipoise.conduct.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Begins to write down what people do to their accounts."""
        from equipoise.conduct.access import noting  # its models are ready only now

        noting.connect()
