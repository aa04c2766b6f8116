"""Verification of audit trail, allocation database and external checkpoints together.

The commitment of the allocation schedule is in the audit trail of the study before the
first participant, and every unblinding in that of its participant. Lists of participants
and forms are in separate tables, for speed: their content must follow from the audit trail
alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from equipoise.conduct.allocation.services import (
    assignment,
    concealed_list,
    hash_chains,
    syringes,
    unblinding,
    verification,
)
from equipoise.conduct.audit import register
from equipoise.conduct.audit.checkpoints import ALLOCATIONS, against, anchored
from equipoise.conduct.audit.models import REGISTER, STUDY, Entry
from equipoise.conduct.audit.record import entries
from equipoise.conduct.audit.verify import SKEW, verify
from equipoise.conduct.capture.current_values import COLUMNS, Current, Where
from equipoise.conduct.capture.models import Attachment, FormState, Participant
from equipoise.conduct.capture.participant_status import status
from equipoise.conduct.enrolment.allocation_list import of_the_list
from equipoise.conduct.enrolment.database_currency import missing
from equipoise.conduct.enrolment.reconciliation import LOST
from equipoise.conduct.study.models import ProtocolVersion
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import EquipoiseError
from equipoise.protocol.model import Protocol


@dataclass(frozen=True, slots=True)
class Inspection:
    """Scope and result of a verification."""

    entries: int
    chains: int
    allocations: int
    openings: int  # number of arms that were shown
    anchored: int
    findings: tuple[str, ...]  # problems; empty if there are none
    notices: tuple[str, ...]  # correct, but worth knowing
    not_checked: tuple[str, ...]  # checks that need the key, as text; or empty


def inspect(
    key: Path | None, anchors: Path, progress: Callable[[str], None] | None = None
) -> Inspection:
    """Verifies all records.

    Without a key (an auditor must not have it), everything that needs no key is verified,
    and the rest is listed.

    Raises:
        ConductError: EQ931, there is no key at the path.
    """
    tell = progress or (lambda _: None)
    tell("recalculating the hash chains")
    found = verify(progress)
    tell("comparing with the external checkpoints")
    findings = [str(f) for f in (*found.findings, *against(found, anchors))]
    missing_records, known = missing(anchors), anchored(anchors)
    tell("comparing users, sites, protocols and lists with the audit trail")
    findings += [*register.wrong(), *unlike_chains()]
    findings += [f"allocations: {what}" for what in missing_records.words()]
    tell("verifying the allocation database")
    protocol, unread = _protocol()
    findings += unread
    findings += [f"allocations: {what}" for what in verification.verify(key, protocol)]
    findings += [f"allocations: {what}" for what in unpublished()]
    unwritten, cut_off = compared()
    findings += [f"allocations: {what}" for what in unwritten]
    notices = [*map(str, found.notices), *cut_off]
    notices += [
        f"{who} has kit {kit}, but no audit entry: randomize again to complete it"
        for who, kit in sorted(missing_records.unrecorded.items())
    ]
    notices += [_reconciled(at) for at in known.reconciled]
    if not known.vault:
        notices.append(
            "there is no external checkpoint to detect entries removed at the end"
        )
    return Inspection(
        found.entries,
        len(found.heads),
        hash_chains.heads()[ALLOCATIONS][0],
        hash_chains.heads()["openings"][0],
        len(known.heads),
        tuple(dict.fromkeys(findings)),
        tuple(notices),
        () if key else verification.KEPT_BY_THE_KEY,
    )


def _protocol() -> tuple[Protocol | None, list[str]]:
    """The protocol of the allocation schedule, and why it cannot be read."""
    try:
        return of_the_list() or in_force(), []
    except EquipoiseError as error:
        return None, [f"{problem.code} {problem.what}" for problem in error.problems]
    except (ObjectDoesNotExist, KeyError):
        return None, ["the protocol of the allocation schedule is not in the database"]


def _reconciled(at: str) -> str:
    """A loss that was accepted: when, what, by whom and why."""
    text = f"a loss was reconciled at {at}"
    made = entries(STUDY).filter(act="reconcile", at=datetime.fromisoformat(at)).first()
    if made is None:
        return text
    return f"{text} by {made.actor}, reason: {made.reason}. Lost: {made.value}"


# Reason of an unblinding -> act and form of the entry before, text for a participant, and
# text for a request before the arm was shown.
SHOWN = {
    "emergency": (
        "unblind", "unblinding", "was unblinded in an emergency",
        "an emergency unblinding was requested",
    ),
    "open label": (
        "show treatment", "treatment", "had the treatment shown",
        "the treatment was requested",
    ),
}  # fmt: skip


def unpublished() -> Iterator[str]:
    """Problems of the published commitment, as text."""
    made = concealed_list.commitment()
    entered = Entry.objects.filter(chain=STUDY, act="seal").order_by("seq")
    said = list(entered.values_list("value", "at", "actor"))
    if made is None:
        if said:
            yield "a commitment was published, but the allocation schedule is missing"
        return
    if not said:
        yield "the commitment of the allocation schedule is not in the audit trail"
        return
    wanted = f"{made.hash} {made.method} {made.places} places"
    if any(value != wanted for value, _, _ in said):
        yield "the allocation schedule does not have the published commitment"
    if not any((at, by) == concealed_list.sealed_by() for _, at, by in said):
        yield "user or time of the allocation schedule does not match the audit trail"
    under = concealed_list.sealed_under()
    if not ProtocolVersion.objects.filter(hash=under).exists():
        yield "the allocation schedule has a protocol that is not in the database"
    first = next(iter(assignment.given()), None)
    if first is not None and first.at < said[0][1] - SKEW:
        yield "a participant was allocated before the commitment was published"


def compared() -> tuple[list[str], list[str]]:
    """Compares unblindings and discarded syringes of audit trail and allocation database.

    Returns as text: arms that were shown without an entry, and discarded syringes that
    could still be given; and entries of requests that were interrupted.
    """
    rows = unblinding.shown()
    unwritten: list[str] = []
    cut_off: list[str] = []
    for why, (act, form, was, before) in SHOWN.items():
        recorded = Entry.objects.filter(act=act, form=form)
        requests = Counter(recorded.values_list("chain", flat=True))
        shown = Counter(row.participant for row in rows if row.why == why)
        unwritten += [
            f"{who} {was}, but there is no audit entry"
            for who in sorted(shown)
            if shown[who] > requests[who]
        ]
        cut_off += [
            f"{who}: {before}, but no arm was shown"
            for who in sorted(requests)
            if requests[who] > shown[who]
        ]
    held, taken_back = _numbers()
    gone = {made.number for made in syringes.syringes_of() if made.discarded_by}
    unwritten += [
        f"{who}: syringe {number} was discarded, but an infusion can start with it"
        for number, who in sorted(held.items())
        if number in gone
    ]
    cut_off += [
        f"{who}: syringe {number} was withdrawn, but not discarded: discard it again to "
        "complete it"
        for number, who in sorted(taken_back.items())
        if number not in gone
    ]
    return unwritten, cut_off


def _numbers() -> tuple[dict[str, str], dict[str, str]]:
    """Number -> participant: of syringes that are released now, and that were once."""
    last: dict[tuple[str, str], str | None] = {}
    ever: dict[str, str] = {}
    said = Entry.objects.filter(form="syringe", item="number").order_by("chain", "seq")
    for chain, visit, value in said.values_list("chain", "visit", "value"):
        last[chain, visit] = value
        ever |= {value: chain} if value else {}
    held = {number: who for (who, _), number in last.items() if number}
    return held, {n: who for n, who in ever.items() if n not in held}


OWN = (STUDY, REGISTER)
BATCH = 5000
# Actions that set the status or a value of a form: the last of them set the status.
NOT_OF_STATE = frozenset({"override", "pause", "resume", "syringe", "discard"})
State = tuple[str, int, datetime, str]  # status, seq, at, actor


class _Told(Current):
    """Current data of one participant, and the entry that set the status of each form."""

    def __init__(self) -> None:
        super().__init__()
        self.made: dict[Where, list[tuple[int, datetime, str]]] = defaultdict(list)

    def add(self, seq: int, at: datetime, actor: str, act: str, *more: Any) -> None:
        super().add(seq, at, actor, act, *more)
        form, visit, minute = more[:3]
        if form and act not in NOT_OF_STATE:
            self.made[form, visit, minute].append((seq, at, actor))


def unlike_chains() -> Iterator[str]:
    """Participants and status of forms that do not match the audit trail, as text."""
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
    # Once a loss was accepted, identifiers without a record remain reserved.
    accepted = entries(STUDY).filter(act="reconcile").exists()
    seen = set()
    rows = Entry.objects.exclude(chain__in=OWN).order_by("chain", "seq")
    found = rows.values_list("chain", *COLUMNS).iterator(chunk_size=BATCH)
    for chain, own in groupby(found, key=itemgetter(0)):
        current, person = _Told(), people.get(chain)
        for _, *entry in own:
            current.add(*entry)
        seen.add(chain)
        if person is None:
            if "screen" in current.acts:
                yield f"{chain} was screened, but is not in the screening log"
            continue
        if person.status != LOST or not accepted:
            yield from (f"{chain}: {what}" for what in _unlike(person, current))
        for what in _states(states[person.pk], current):
            yield f"{chain}: {what}"
    for name in people.keys() - seen:
        yield f"{name} is in the screening log, but has no audit trail"
    yield from _places(people)
    yield from _scans()


def _unlike(person: Participant, told: _Told) -> Iterator[str]:
    if "screen" not in told.acts:
        yield "is in the screening log, but the audit trail has no screening"
        return
    if person.site.code != told.site:
        yield "the site does not match that of the screening"
    if person.created_at != told.acts["screen"]:
        yield "the time of screening does not match the audit trail"
    if person.day0 != told.day0:
        yield "day 0 does not match the audit trail"
    if person.status != status(told):
        yield "the status does not match the audit trail"


def _states(states: dict[Where, State], told: _Told) -> Iterator[str]:
    for where in sorted(states.keys() | told.status.keys(), key=str):
        if not where[0]:  # an action on the participant
            continue
        name = " ".join(f"{part}" for part in where if part not in ("", None))
        held = states.get(where)
        if held is None:
            yield f"form {name} has no status"
        elif held[0] != told.status.get(where):
            yield f"form {name}: the status does not match the audit trail"
        elif held[1:] not in told.made[where]:
            what = "user or time of the last change does not match the audit trail"
            yield f"form {name}: {what}"


def _places(people: dict[str, Participant]) -> Iterator[str]:
    """Whether the order of screening matches the participant numbers."""
    for name, person in people.items():
        number = int(name[1:]) if name[:1] == "P" and name[1:].isdecimal() else None
        if number is not None and person.place != number:
            yield f"{name}: the order of screening does not match the number"


def _scans() -> Iterator[str]:
    """Scans whose content does not match the recorded hash."""
    for scan in Attachment.objects.filter(removed_at=None).iterator(chunk_size=20):
        if sha256(bytes(scan.content)).hexdigest() != scan.hash:
            yield f"scan {scan.pk} of {scan.participant}: the content was changed"
