"""The Django application ``access``."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Its name and label."""

    name = "equipoise.conduct.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Begins to record what people do to their accounts; roles take two people."""
        # Models are ready only now; taking_up registers its kind of act.
        from equipoise.conduct.access import noting, taking_up  # noqa: F401

        noting.connect()
