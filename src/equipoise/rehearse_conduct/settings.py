"""Settings of a rehearsal: those of the application, with a clock that can be set.

Made-up trials take years, and pass in minutes: each request says at what time it
happens. The application itself knows nothing of it (``clock.py``).
"""

from __future__ import annotations

import os
from datetime import timedelta

from equipoise.conduct.settings import *  # noqa: F403
from equipoise.conduct.settings import DATABASES, DEMO, MIDDLEWARE

if not DEMO:
    raise RuntimeError("a rehearsal is a demonstration, never a real trial")
REHEARSAL_KEY = os.environ["EQUIPOISE_REHEARSAL_KEY"]
# Simulated data need not outlive a loss of power.
for _database in DATABASES.values():
    _options = _database.get("OPTIONS", {})
    if "init_command" in _options:
        _options["init_command"] += "PRAGMA synchronous=OFF;"
# Innermost: sessions, lockout and CSRF keep the real time.
MIDDLEWARE = [*MIDDLEWARE, "equipoise.rehearse_conduct.clock.Clock"]
# A participant's years are filled in before those of the next one begin.
CLOCK_TOLERANCE = timedelta(days=36_500)
# Dozens of people log in from one address at once, which is one person's abuse elsewhere
# and would wait for one lock here: attempts are counted for each user name alone.
ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": "20/300s/key"}
# Made-up passwords are long and at random, and live for minutes: they are hashed quickly.
PASSWORD_HASHERS = ["equipoise.rehearse_conduct.password_hashing.Quick"]
