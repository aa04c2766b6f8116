"""Milestones of a participant; each is recorded at most once."""

from __future__ import annotations

from typing import Literal

Milestone = Literal[
    "screened",
    "excluded",
    "consented",
    "randomized",
    "treatment-started",
    "treatment-discontinued",
    "treatment-completed",
    "new-treatment",
    "relapse",
    "study-withdrawn",
    "lost-to-follow-up",
    "study-completed",
    "death",
]
