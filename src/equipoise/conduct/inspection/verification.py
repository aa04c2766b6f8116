"""Whether everything is what was written down: entries, chains, vault and anchors.

The commitment of the list stands in the chain of the study since before the first
participant, and every arm that was shown in the chain of its participant. Lists of
participants and forms stand in tables of their own, so that they are fast: what they say
must follow from the entries alone.
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
    """What was looked at, and what was found."""

    entries: int
    chains: int
    allocations: int
    openings: int  # number of arms that were shown
    anchored: int
    findings: tuple[str, ...]  # what is not as written down; empty if nothing is wrong
    notices: tuple[str, ...]  # what is in order, and should be known
    not_checked: tuple[str, ...]  # what the key alone can tell, in words; or empty


def inspect(
    key: Path | None, anchors: Path, progress: Callable[[str], None] | None = None
) -> Inspection:
    """Works everything out again.

    Without a key (an auditor must not have it), all that needs none is looked at, and
    the rest is named.

    Raises:
        ConductError: EQ931, there is no key where one was said to be.
    """
    tell = progress or (lambda _: None)
    tell("working the chains out again")
    found = verify(progress)
    tell("comparing with the anchors")
    findings = [str(f) for f in (*found.findings, *against(found, anchors))]
    lacking, known = missing(anchors), anchored(anchors)
    tell("comparing people, sites, protocols and lists with the chains")
    findings += [*register.wrong(), *unlike_chains()]
    findings += [f"vault: {what}" for what in lacking.words()]
    tell("opening the sealed list" if key else "working the vault's chains out again")
    protocol, unread = _protocol()
    findings += unread
    findings += [f"vault: {what}" for what in verification.verify(key, protocol)]
    findings += [f"vault: {what}" for what in unpublished()]
    unwritten, cut_off = compared()
    findings += [f"vault: {what}" for what in unwritten]
    notices = [*map(str, found.notices), *cut_off]
    notices += [
        f"{who} has kit {kit}, and no entry: randomize again to complete it"
        for who, kit in sorted(lacking.unrecorded.items())
    ]
    notices += [_reconciled(at) for at in known.reconciled]
    if not known.vault:
        notices.append("nothing was anchored yet: a removed tail cannot be found")
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
    """The protocol of the list, and what keeps it from being read."""
    try:
        return of_the_list() or in_force(), []
    except EquipoiseError as error:
        return None, [f"{problem.code} {problem.what}" for problem in error.problems]
    except (ObjectDoesNotExist, KeyError):
        return None, ["the protocol of the list is not in the database"]


def _reconciled(at: str) -> str:
    """A loss that was accepted: when, what, by whom and why."""
    told = f"a loss was reconciled at {at}"
    made = entries(STUDY).filter(act="reconcile", at=datetime.fromisoformat(at)).first()
    if made is None:
        return told
    return f"{told} by {made.actor}, because: {made.reason}. It was: {made.value}"


# Why the vault was opened -> act and form of the entry before, what was done of somebody,
# and the same before anything was shown.
SHOWN = {
    "emergency": (
        "unblind", "unblinding", "was unblinded in an emergency",
        "an emergency unblinding was asked for",
    ),
    "open label": (
        "show treatment", "treatment", "had the treatment read",
        "the treatment was asked for",
    ),
}  # fmt: skip


def unpublished() -> Iterator[str]:
    """What is wrong with the commitment that was published, in words."""
    made = concealed_list.commitment()
    entered = Entry.objects.filter(chain=STUDY, act="seal").order_by("seq")
    said = list(entered.values_list("value", "at", "actor"))
    if made is None:
        if said:
            yield "a commitment was published, and the list is gone"
        return
    if not said:
        yield "the commitment of the list stands in no entry of the study"
        return
    wanted = f"{made.hash} {made.method} {made.places} places"
    if any(value != wanted for value, _, _ in said):
        yield "the list is sealed with another commitment than was published"
    if not any((at, by) == concealed_list.sealed_by() for _, at, by in said):
        yield "the list says another time or person of its sealing than the study"
    under = concealed_list.sealed_under()
    if not ProtocolVersion.objects.filter(hash=under).exists():
        yield "the list was sealed under a protocol that the trial does not know"
    first = next(iter(assignment.given()), None)
    if first is not None and first.at < said[0][1] - SKEW:
        yield "somebody was allocated before the commitment was published"


def compared() -> tuple[list[str], list[str]]:
    """What the participants' chains say was shown or discarded, against the vault.

    Returns in words: arms that were shown without an entry, and syringes that were
    discarded and could still be given; and entries of requests that were cut off.
    """
    rows = unblinding.shown()
    unwritten: list[str] = []
    cut_off: list[str] = []
    for why, (act, form, was, before) in SHOWN.items():
        told = Entry.objects.filter(act=act, form=form)
        asked = Counter(told.values_list("chain", flat=True))
        shown = Counter(row.participant for row in rows if row.why == why)
        unwritten += [
            f"{who} {was}, and no entry says so"
            for who in sorted(shown)
            if shown[who] > asked[who]
        ]
        cut_off += [
            f"{who}: {before}, and the vault shows no arm"
            for who in sorted(asked)
            if asked[who] > shown[who]
        ]
    held, taken_back = _numbers()
    gone = {made.number for made in syringes.syringes_of() if made.discarded_by}
    unwritten += [
        f"{who}: syringe {number} was discarded, and an infusion can start with it"
        for number, who in sorted(held.items())
        if number in gone
    ]
    cut_off += [
        f"{who}: syringe {number} was taken back, and the vault does not say so: "
        "discard it again to complete it"
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
    # Once a loss was accepted, identifiers without a record are kept barred.
    accepted = entries(STUDY).filter(act="reconcile").exists()
    seen = set()
    rows = Entry.objects.exclude(chain__in=OWN).order_by("chain", "seq")
    found = rows.values_list("chain", *COLUMNS).iterator(chunk_size=BATCH)
    for chain, own in groupby(found, key=itemgetter(0)):
        told, person = _Told(), people.get(chain)
        for _, *entry in own:
            told.add(*entry)
        seen.add(chain)
        if person is None:
            if "screen" in told.acts:
                yield f"{chain} was screened, and is on no list"
            continue
        if person.status != LOST or not accepted:
            yield from (f"{chain}: {what}" for what in _unlike(person, told))
        for what in _states(states[person.pk], told):
            yield f"{chain}: {what}"
    for name in people.keys() - seen:
        yield f"{name} is on the list, and nobody wrote down that there is such a person"
    yield from _places(people)
    yield from _scans()


def _unlike(person: Participant, told: _Told) -> Iterator[str]:
    if "screen" not in told.acts:
        yield "is on the list, and nobody wrote down the screening"
        return
    if person.site.code != told.site:
        yield "is at another site than where the person was screened"
    if person.created_at != told.acts["screen"]:
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
