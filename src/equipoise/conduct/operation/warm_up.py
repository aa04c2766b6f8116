"""Warm-up of a worker before its first request, so that no user waits for it.

Modules, the protocol and its forms are read before the worker responds; facts for lists of
thousands of participants are read in the background.
"""

from __future__ import annotations

from threading import Thread

from django.db import DatabaseError, connections
from django.urls import get_resolver

from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_facts import BATCH, facts_of_many
from equipoise.errors import EquipoiseError


def warm() -> Thread:
    """Reads what every request needs, and starts a thread that reads facts for lists.

    If the database does not respond, or the trial has no protocol, the worker starts
    nevertheless: the first request reports the problem.
    """
    _ = get_resolver().url_patterns  # imports every page
    try:
        plan_in_force()
    except (DatabaseError, EquipoiseError):
        pass
    finally:
        connections.close_all()
    beside = Thread(target=_lists, name="lists", daemon=True)
    beside.start()
    return beside


def _lists() -> None:
    try:
        plan, people = plan_in_force(), list(Participant.objects.all())
        for first in range(0, len(people), BATCH):
            facts_of_many(people[first : first + BATCH], plan)
    except (DatabaseError, EquipoiseError):
        pass
    finally:
        connections.close_all()
