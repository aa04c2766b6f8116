"""What a worker does before its first request, so that nobody waits for it.

Modules, the protocol and its forms are read before the worker answers; what lists of
thousands of participants need is read beside the first requests.
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
    """Reads what every request needs, and begins a thread that reads what lists need.

    A database that is away, or a trial without a protocol, is no reason not to answer:
    the first request says what is wrong.
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
