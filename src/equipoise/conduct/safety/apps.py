"""The Django application ``safety``: its rules watch whatever is saved."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Its name, and what it follows."""

    name = "equipoise.conduct.safety"

    def ready(self) -> None:
        """Connects the rules to every save, and open alerts to the lock."""
        # Models can be imported by now.
        from equipoise.conduct.capture import closing, saving
        from equipoise.conduct.safety import alerts, watching

        saving.checking.connect(watching.check_start, dispatch_uid="safety")
        saving.saved.connect(watching.alert, dispatch_uid="safety")
        if alerts.unacknowledged not in closing.MORE:
            closing.MORE.append(alerts.unacknowledged)
