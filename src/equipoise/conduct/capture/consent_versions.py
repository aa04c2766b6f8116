"""Versions of the information and consent form: proposed, approved, and who must renew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import append, lock
from equipoise.conduct.capture.consent import lacks_consent, signed_version
from equipoise.conduct.capture.current import current
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.standing import GONE
from equipoise.conduct.forms.checking import day_problem, text_problem
from equipoise.conduct.study.models import ConsentVersion
from equipoise.conduct.study.protocols import hash_in_force
from equipoise.errors import ConductError

LONGEST = 40


@dataclass(frozen=True, slots=True)
class Owing:
    """Somebody who still has to sign the newest version.

    Attributes:
        signed: the version that the person signed.
    """

    person: Participant
    signed: str


def propose(
    label: str,
    valid_from: date,
    *,
    everybody: bool,
    changes: str,
    actor: Actor,
    at: datetime,
) -> ConsentVersion:
    """Enters a version, which waits until an investigator has approved it.

    Args:
        label: as it stands on the sheet, such as ``2.0``.
        valid_from: from this day on it is signed.
        everybody: whether those who consented before sign it too.
        changes: what is new in it, in words.
        actor: who takes consent.
        at: UTC.

    Raises:
        AccessError: EQ911.
        ConductError: EQ925, it cannot be a version.
    """
    _require(actor, "consent")
    label, changes = label.strip(), changes.strip()
    wrong = _wrong(label, valid_from, changes)
    if wrong:
        raise ConductError.single(
            "EQ925", wrong, where="the version", mend="correct it and send it again"
        )
    with transaction.atomic():
        lock(STUDY)
        concerns = "everybody" if everybody else "new"
        made = ConsentVersion.objects.create(
            label=label, valid_from=valid_from, concerns=concerns, changes=changes,
            waits=True,
        )  # fmt: skip
        _note("propose consent version", made, actor, at, changes)
    return made


def approve(label: str, *, actor: Actor, at: datetime) -> ConsentVersion:
    """Puts a version that waits into use; doing it twice is doing it once.

    Raises:
        AccessError: EQ911.
        ConductError: EQ925, there is no such version.
    """
    _require(actor, "approve consent")
    with transaction.atomic():
        lock(STUDY)
        made = ConsentVersion.objects.filter(label=label).first()
        if made is None:
            raise ConductError.single(
                "EQ925",
                "there is no such version",
                where="the version",
                mend="load the page again",
            )
        if made.waits:
            made.waits = False
            made.save(update_fields=["waits"])
            _note("consent version", made, actor, at, made.changes)
    return made


def owing(people: Iterable[Participant], on: date) -> list[Owing]:
    """Who takes part and still has to sign the newest version that concerns them."""
    found = []
    for person in people:
        if person.status in (*GONE, "screening"):
            continue
        known = current(person.identifier, ("consent",))
        if lacks_consent(known, on):
            found.append(Owing(person, signed_version(known)))
    return found


def _require(actor: Actor, act: str) -> None:
    """Refuses who may not do it at any site; a version is of the whole trial."""
    here = sorted(actor.sites())
    allowed = [site for site in here if actor.may(act, site)]  # type: ignore[arg-type]
    actor.require(act, allowed[0] if allowed else "")  # type: ignore[arg-type]


def _wrong(label: str, valid_from: date, changes: str) -> str:
    if not label or len(label) > LONGEST or text_problem(label):
        return f"a version has a name of 1 to {LONGEST} characters"
    if ConsentVersion.objects.filter(label=label).exists():
        return f"version {label} is there already"
    if day_problem(valid_from):
        return f"valid from: {day_problem(valid_from)}"
    if not changes:
        return "say what is new in it: participants are told"
    return text_problem(changes)


def _note(
    act: str, made: ConsentVersion, actor: Actor, at: datetime, reason: str
) -> None:
    value = f"{made.label}, from {made.valid_from:%Y-%m-%d}, {made.concerns}"
    append(
        STUDY,
        [Fact(act, form="study", value=value, reason=reason)],
        actor=actor.name,
        protocol=hash_in_force(),
        at=at,
    )
