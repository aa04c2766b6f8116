"""The application some hours later: ``python -m tests.working_day.later 25 serve ...``.

A day must pass between the two calls of ``equipoise recover``. Nothing else is changed: the
application asks for the time by these names alone, and codes of authenticators by the
clock of the machine.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta, tzinfo

from django.utils import timezone

from equipoise.cli import account_reset, app, audit, serve
from equipoise.conduct.operation import checkpoint_schedule

HOURS = timedelta(hours=float(sys.argv.pop(1)))


class Later(datetime):
    """What the modules of the application take for ``datetime``."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """The time, some hours later."""
        return datetime.now(tz) + HOURS  # noqa: TID251


for module in (audit, account_reset, serve, checkpoint_schedule):
    module.datetime = Later  # type: ignore[attr-defined]
timezone.now = lambda: Later.now(UTC)
app(prog_name="equipoise")
