"""The Django application ``safety``: its rules check every save."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Its name, and its signals."""

    name = "equipoise.conduct.safety"

    def ready(self) -> None:
        """Connects the rules to every save, and open alerts to the lock."""
        # Models can be imported now.
        from equipoise.conduct.capture import form_saving, locking
        from equipoise.conduct.safety import alerts, value_checks

        form_saving.checking.connect(value_checks.check_start, dispatch_uid="safety")
        form_saving.saved.connect(value_checks.alert, dispatch_uid="safety")
        if alerts.unacknowledged not in locking.MORE:
            locking.MORE.append(alerts.unacknowledged)
