"""The Django application ``audit``."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Its name and label."""

    name = "equipoise.conduct.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
