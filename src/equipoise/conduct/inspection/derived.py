"""Lists that are worked out from the chains: are they what the chains say?

Participants, their sites, day 0 and status, and how far each form is, stand in tables of
their own, so that lists are fast. What they say must follow from the entries alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any

from equipoise.conduct.audit.models import REGISTER, STUDY, Entry
from equipoise.conduct.capture.current import COLUMNS, Current, Where
from equipoise.conduct.capture.models import Attachment, FormState, Participant
from equipoise.conduct.capture.standing import status
from equipoise.conduct.enrolment.reconciling import LOST

OWN = (STUDY, REGISTER)
BATCH = 5000
# Acts that say how far a form is, or what it holds: the last of them made the state.
NOT_OF_STATE = frozenset({"override", "pause", "resume", "syringe", "discard"})
State = tuple[str, int, datetime, str]  # status, seq, at, actor


class _Told(Current):
    """What the chain of one participant says, and what made the state of each form."""

    def __init__(self) -> None:
        super().__init__()
        self.made: dict[Where, list[tuple[int, datetime, str]]] = defaultdict(list)

    def add(self, seq: int, at: datetime, actor: str, act: str, *more: Any) -> None:
        super().add(seq, at, actor, act, *more)
        form, visit, minute = more[:3]
        if form and act not in NOT_OF_STATE:
            self.made[form, visit, minute].append((seq, at, actor))

    @property
    def screened_at(self) -> datetime | None:
        return self.acts.get("screen")


def unlike_chains() -> Iterator[str]:
    """Participants and states of forms that are not what the entries say, in words."""
    people = {
        person.identifier: person
        for person in Participant.objects.select_related("site").order_by("place")
    }
    states: dict[int, dict[Where, State]] = defaultdict(dict)
    for row in FormState.objects.order_by("pk").iterator(chunk_size=BATCH):
        where = row.form, row.visit, row.minute
        states[row.participant_id][where] = (
            row.status, row.seq, row.changed_at, row.changed_by
        )  # fmt: skip
    seen = set()
    rows = Entry.objects.exclude(chain__in=OWN).order_by("chain", "seq")
    found = rows.values_list("chain", *COLUMNS).iterator(chunk_size=BATCH)
    for chain, own in groupby(found, key=itemgetter(0)):
        told, person = _Told(), people.get(chain)
        for _, *entry in own:
            told.add(*entry)
        seen.add(chain)
        if person is None:
            if told.screened_at is not None:
                yield f"{chain} was screened, and is on no list"
            continue
        if not (person.status == LOST and _is_reconciled()):
            yield from (f"{chain}: {what}" for what in _unlike(person, told))
        for what in _states(states[person.pk], told):
            yield f"{chain}: {what}"
    for name in people.keys() - seen:
        yield f"{name} is on the list, and nobody wrote down that there is such a person"
    yield from _places(people)
    yield from _scans()


def _unlike(person: Participant, told: _Told) -> Iterator[str]:
    if told.screened_at is None:
        yield "is on the list, and nobody wrote down the screening"
        return
    if person.site.code != told.site:
        yield "is at another site than where the person was screened"
    if person.created_at != told.screened_at:
        yield "was screened at another time than the list says"
    if person.day0 != told.day0:
        yield "day 0 of the list is not the one that was planned"
    if person.status != status(told):
        yield "the status of the list is not what was written down"


def _states(states: dict[Where, State], told: _Told) -> Iterator[str]:
    for where in sorted(states.keys() | told.status.keys(), key=str):
        if not where[0]:  # an act on the participant as a whole
            continue
        name = " ".join(f"{part}" for part in where if part not in ("", None))
        held = states.get(where)
        if held is None:
            yield f"form {name} is on no list"
        elif held[0] != told.status.get(where):
            yield f"form {name}: the state of the list is not what was written down"
        elif held[1:] not in told.made[where]:
            yield f"form {name}: the list says another time or person of its last change"


def _is_reconciled() -> bool:
    """Whether a loss was accepted: then identifiers without a record are kept barred."""
    return Entry.objects.filter(chain=STUDY, act="reconcile").exists()


def _places(people: dict[str, Participant]) -> Iterator[str]:
    """Whether the order of arrival is that of the numbers that were given."""
    for name, person in people.items():
        number = int(name[1:]) if name[:1] == "P" and name[1:].isdecimal() else None
        if number is not None and person.place != number:
            yield f"{name}: the list has the person at another place"


def _scans() -> Iterator[str]:
    """Scans whose content is not the one whose hash was written down."""
    for scan in Attachment.objects.filter(removed_at=None).iterator(chunk_size=20):
        if sha256(bytes(scan.content)).hexdigest() != scan.hash:
            yield f"scan {scan.pk} of {scan.participant}: the content was changed"
