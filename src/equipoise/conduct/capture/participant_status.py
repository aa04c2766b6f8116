"""Participant status and disposition: screening, randomized, completed, withdrawn ..."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import Current, current, current_of_many
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.forms.from_library import ENDS

LABELS = {
    "screening": "In screening",
    "consented": "Consented",
    "excluded": "Not included",
    "randomized": "Randomized",
    "study-withdrawn": "Withdrew from the study",
    "lost-to-follow-up": "Lost to follow-up",
    "death": "Died",
}
GONE = (*ENDS, "excluded")
# Entries of milestones: what happened, and whether the form is complete.
MILESTONES = Q(form__startswith="milestone#", item__in=("", "milestone"))


@dataclass(frozen=True, slots=True)
class Happened:
    """A recorded milestone."""

    form: str  # id of its form, such as ``milestone#1``
    milestone: str
    on: date | None  # None where the date has a missing code
    reason: str


def milestones(known: Current) -> list[Happened]:
    """Milestones whose form is complete, by date."""
    found = []
    for form, visit, minute in known.status:
        if form.startswith("milestone#") and known.is_complete(form, visit, minute):
            said = known.answers(form)
            day = date.fromisoformat(said["date"]) if "date" in said else None
            what, why = said.get("milestone", ""), said.get("reason", "")
            found.append(Happened(form, what, day, why))
    return sorted(found, key=lambda one: (one.on or date.max, one.form))


def discontinued(known: Current) -> Happened | None:
    """The milestone of treatment discontinuation; participation continues."""
    ended = [m for m in milestones(known) if m.milestone == "treatment-discontinued"]
    return ended[0] if ended else None


def status(known: Current) -> str:
    """Status of a participant, derived from the audit trail alone."""
    ended = [m.milestone for m in milestones(known) if m.milestone in ENDS]
    if ended:
        return ended[0]
    if "randomize" in known.acts:
        return "randomized"
    if known.is_complete("exclusion"):
        return "excluded"
    return "consented" if known.is_complete("consent") else "screening"


@dataclass(frozen=True, slots=True)
class Visits:
    """Visit status of a participant: missed, agreed and awaited visits."""

    missed: frozenset[str] = frozenset()
    agreed: Mapping[str, date] = field(default_factory=dict)  # days of moved ones
    awaited: Mapping[str, date] = field(default_factory=dict)  # unscheduled, to come
    held: Mapping[str, date] = field(
        default_factory=dict
    )  # days of those that were done


def visits_in(known: Current) -> Visits:
    """Visit status of one participant."""
    said = {w[1]: known.answers(*w) for w in known.values if w[0] == "visit"}
    day = date.fromisoformat
    return Visits(
        missed=frozenset(v for v, a in said.items() if a.get("status") == "missed"),
        agreed={v: day(a["agreed"]) for v, a in said.items() if "agreed" in a},
        awaited={
            visit: day(answers["planned"])
            for visit, answers in said.items()
            if "planned" in answers and "date" not in answers
        },
        held={
            visit: day(answers["date"])
            for visit, answers in said.items()
            if answers.get("status") == "done" and "date" in answers
        },
    )


def standings(names: Collection[str]) -> dict[str, Current]:
    """Visit status, milestones and lock of many participants, by one query."""
    rows = Entry.objects.filter(
        Q(form="visit", item__in=("", "status", "agreed", "planned", "date"))
        | MILESTONES
        | Q(form="", act__in=("lock", "unlock")),
        chain__in=list(names),
    )
    return defaultdict(Current, current_of_many(rows))


def note_status(person: Participant) -> None:
    """Updates the status column, for lists, from the audit trail."""
    person.status = status(current(person.identifier))
    Participant.objects.filter(pk=person.pk).update(status=person.status)


def label(state: str, *, tells_why: bool = True) -> str:
    """Label of a status; without the reason for leaving, unless ``tells_why``."""
    if not tells_why and state in ENDS:
        return "No longer takes part"
    return LABELS.get(state, state)
