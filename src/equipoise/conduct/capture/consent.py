"""Informed consent: required for every form, with versions and re-consent.

A participant signs a newer version on a separate form (``reconsent#1``): the first consent
and its time remain unchanged. Versions are proposed, and approved by a user with another
right, before they are signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import has_changed, lock
from equipoise.conduct.capture.current_values import Current, current
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_status import GONE
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.value_checks import day_problem, text_problem
from equipoise.conduct.study.models import ConsentVersion
from equipoise.conduct.study.protocols import record
from equipoise.errors import ConductError

# Read with every save: the object mapper takes longer to build the query than to run it.
VERSIONS = "SELECT * FROM study_consentversion WHERE NOT waits ORDER BY valid_from, id"
RENEWED = "reconsent"
# Forms that need no valid consent: the consent itself, the reason for not including the
# participant, and the withdrawal.
BEFORE_CONSENT = ("consent", RENEWED, "milestone", "exclusion")


def approved(on: date | None = None) -> list[ConsentVersion]:
    """Versions that are approved and valid on a day, the latest last; all, if None."""
    found = ConsentVersion.objects.raw(VERSIONS)
    return [v for v in found if on is None or v.valid_from <= on]


def signed_version(known: Current) -> str:
    """The version that the participant signed last; empty without a complete consent."""
    if not known.is_complete("consent"):
        return ""
    signed = known.answers("consent").get("version", "")
    for form in sorted(f for f, _, _ in known.status if f.startswith(f"{RENEWED}#")):
        if known.is_complete(form):
            signed = known.answers(form).get("version", signed)
    return signed


def lacks_consent(known: Current, on: date | None = None) -> str:
    """What is missing in the consent of a participant; an empty text if it is valid."""
    signed = signed_version(known)
    if not signed:
        return "has not consented yet"
    versions = approved(on)
    labels = [version.label for version in versions]
    later = versions[labels.index(signed) + 1 :] if signed in labels else versions
    outdated = any(version.concerns == "everybody" for version in later)
    return "has consented to an older version" if outdated else ""


def require_consent(known: Current, form: Form, *, on: date | None = None) -> None:
    """Requires consent to the latest version for a form (EQ923).

    ``on`` is the day on which it is filled in; the latest version of all counts, if None.
    """
    if form.id.partition("#")[0] in BEFORE_CONSENT:
        return
    problem = lacks_consent(known, on)
    if problem:
        raise ConductError.single(
            "EQ923",
            f"the participant {problem}",
            where="informed consent",
            fix="record the consent to the version in force first",
        )


LONGEST = 40


@dataclass(frozen=True, slots=True)
class Owing:
    """A participant who still has to sign the latest version."""

    person: Participant
    signed: str  # the version that the participant signed


def propose(
    label: str,
    valid_from: date,
    *,
    everybody: bool,
    changes: str,
    actor: Actor,
    at: datetime,
) -> ConsentVersion:
    """Proposes a version, which an investigator approves before it is used.

    ``label`` is that on the sheet, such as ``2.0``; ``everybody``: participants who
    consented before sign it too; ``changes`` states what is new in it.

    Raises:
        ConductError: EQ925, the version is not valid.
    """
    actor.require_anywhere("consent")  # a version applies to the complete trial
    label, changes = label.strip(), changes.strip()
    problem = _unfit(label, valid_from, changes)
    if problem:
        raise ConductError.single(
            "EQ925", problem, where="the version", fix="correct it and send it again"
        )
    with transaction.atomic():
        lock(STUDY)
        concerns = "everybody" if everybody else "new"
        made = ConsentVersion.objects.create(
            label=label, valid_from=valid_from, concerns=concerns, changes=changes,
            waits=True,
        )  # fmt: skip
        _write("propose consent version", made, actor, at, changes)
    return made


def approve(label: str, *, actor: Actor, at: datetime) -> ConsentVersion:
    """Approves a proposed version, once (EQ925, there is no such version)."""
    actor.require_anywhere("approve consent")
    with transaction.atomic():
        lock(STUDY)
        made = ConsentVersion.objects.filter(label=label).first()
        if made is None:
            raise has_changed("EQ925", "there is no such version", "the version")
        if made.waits:
            made.waits = False
            made.save(update_fields=["waits"])
            _write("consent version", made, actor, at, made.changes)
    return made


def owing(people: Iterable[Participant], on: date) -> list[Owing]:
    """Participants who still have to sign the latest version that concerns them."""
    found = []
    for person in people:
        if person.status in (*GONE, "screening"):
            continue
        known = current(person.identifier, ("consent",))
        if lacks_consent(known, on):
            found.append(Owing(person, signed_version(known)))
    return found


def _unfit(label: str, valid_from: date, changes: str) -> str:
    if not label or len(label) > LONGEST or text_problem(label):
        return f"a version needs a name of 1 to {LONGEST} characters"
    if ConsentVersion.objects.filter(label=label).exists():
        return f"there is a version {label} already"
    if day_problem(valid_from):
        return f"valid from: {day_problem(valid_from)}"
    if not changes:
        return "the changes are missing: participants are informed of them"
    return text_problem(changes)


def _write(
    act: str, made: ConsentVersion, actor: Actor, at: datetime, reason: str
) -> None:
    value = f"{made.label}, from {made.valid_from:%Y-%m-%d}, {made.concerns}"
    fact = Fact(act, form="study", value=value, reason=reason)
    record(STUDY, fact, actor=actor.name, at=at)
