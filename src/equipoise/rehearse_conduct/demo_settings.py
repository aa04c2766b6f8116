"""Settings of ``serve --demo``: those of the application, and switching of users.

A rehearsal and the leak test have passwords, and read the pages of a real trial.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from equipoise.conduct.settings import *  # noqa: F403
from equipoise.conduct.settings import DEMO, PRODUCTION, TEMPLATES

if not DEMO or PRODUCTION:
    raise RuntimeError("a trial has no page on which anyone can be another user")
ROOT_URLCONF = "equipoise.rehearse_conduct.demo_urls"
LOGIN_URL = "demonstration"
_pages = Path(__file__).parent / "templates"
_context = "equipoise.rehearse_conduct.demo_page.context"
_of_trial: dict[str, Any] = TEMPLATES[0]
TEMPLATES = [
    _of_trial
    | {
        "DIRS": [*_of_trial["DIRS"], _pages],
        "OPTIONS": _of_trial["OPTIONS"]
        | {
            "context_processors": [
                *_of_trial["OPTIONS"]["context_processors"],
                _context,
            ]
        },
    }
]
