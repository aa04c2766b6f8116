"""The Django application ``allocation``."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Its name and label."""

    name = "equipoise.conduct.allocation"
    label = "allocation"
    default_auto_field = "django.db.models.BigAutoField"
