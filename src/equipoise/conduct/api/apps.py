"""The Django application ``api``."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Its name and label."""

    name = "equipoise.conduct.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
