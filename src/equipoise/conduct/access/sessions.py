"""Sessions in the database, read with one statement by hand: every request asks it."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Stored
from django.utils import timezone

from equipoise.conduct.statements import rows, stored

READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(Stored):
    """A session; whatever changes it goes through the store of Django."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing if it has ended or never was."""
        found = rows(READ, [self.session_key, stored(timezone.now())])
        if not found:
            self._session_key = None
            return {}
        held: dict[str, Any] = self.decode(found[0][0])
        return held
