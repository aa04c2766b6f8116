"""Settings of a rehearsal: those of the application, with a clock that can be set.

Simulated trials take years, and run in minutes: each request sets its time. The
application itself does not use it (``clock.py``).
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
# The forms of one participant are filled in before those of the next.
CLOCK_TOLERANCE = timedelta(days=36_500)
# Dozens of users log in from one address together, which is abuse elsewhere and would wait
# for one lock here: attempts are counted for each user name alone.
ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": "20/300s/key"}
# Passwords of a rehearsal are long and random, and valid for minutes: quick hashes.
PASSWORD_HASHERS = ["equipoise.rehearse_conduct.password_hashing.Quick"]
