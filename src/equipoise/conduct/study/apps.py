"""The Django application ``study``."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Its name and label."""

    name = "equipoise.conduct.study"
    label = "study"
    default_auto_field = "django.db.models.BigAutoField"
