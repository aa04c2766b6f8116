"""Allocation schedule: concealment, and its commitment before the first participant.

Until then one administrator grants every role alone, and from then on unblinding-sensitive
roles need a second approver. So the statistician who conceals the schedule confirms the
users with such a role at that moment; the audit trail of the study records their names and
the commitment.

A schedule is generated for the arms, ratios, method and strata of one protocol version and
applies to the complete trial: all participants are randomized under that version. An
amendment that differs is rejected, and so is one that would make a blinded trial
open-label: randomized participants were promised that the site does not know the arm.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from equipoise.conduct.access.accounts import fingerprint, holders
from equipoise.conduct.access.actor import ALL_SITES, Actor
from equipoise.conduct.access.models import Membership
from equipoise.conduct.access.rights import is_open
from equipoise.conduct.access.second_approver import shortages
from equipoise.conduct.allocation.services import concealed_list as listed
from equipoise.conduct.allocation.services.concealed_list import Commitment
from equipoise.conduct.audit.clock import require_right
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.record import lock
from equipoise.conduct.enrolment.database_currency import anchor_all
from equipoise.conduct.study.models import ProtocolVersion, Site
from equipoise.conduct.study.protocols import in_force, record, version
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol


def seal(
    *,
    places: int,
    key: Path,
    anchors: Path,
    actor: Actor,
    at: datetime,
    seed: int | None = None,
    vouched: str | None = None,
    aware: bool = False,
) -> Commitment:
    """Conceals the allocation schedule, and records its commitment in the audit trail.

    If it was interrupted between the two, the same call again records the commitment of
    the existing schedule; no participant is randomized before.
    ``places`` is the number in each stratum; only a rehearsal passes a seed. ``vouched``
    is the ``fingerprint`` of the users whom the actor was shown and confirms, None where
    no page showed them (a rehearsal, a demonstration): they are recorded nevertheless.
    ``aware``: the actor knows which users will be missing later
    (``access.second_approver.shortages``), which is recorded as the reason.

    Raises:
        ConductError: EQ917, a user was not confirmed or has set no password, or the
            missing users were not confirmed; EQ933, there is a schedule already; EQ947,
            the clock went back.
    """
    actor.require("seal list", ALL_SITES)
    require_right(at)
    protocol, known = in_force(), listed.commitment()
    with transaction.atomic():
        lock(STUDY)  # no role is granted meanwhile
        people, short = _known_people(vouched, at), shortages(protocol, at=at)
        if vouched is not None and short and not aware:
            raise _refused(
                "you have not confirmed the list of what will be missing later",
                "open the page again, read the list and confirm it",
            )
        if known is not None and not is_published(known.hash):
            made = known
        else:
            made = listed.seal(
                protocol, key, places=places, actor=actor.name, at=at, seed=seed,
                sites=[site.code for site in Site.objects.all()],
            )  # fmt: skip
        said = f"{made.hash} {made.method} {made.places} places"
        sealing = Fact("seal", value=said, reason=" ".join(short))
        record(STUDY, sealing, *map(_vouch, people), actor=actor.name, at=at)
    anchor_all(anchors, at=at)
    return made


def vouched_for() -> list[Entry]:
    """Entries of the users with an unblinding-sensitive role at the time of concealment.

    ``item`` is the role, ``value`` the user and site, ``reason`` who had granted it.
    """
    said = Entry.objects.filter(chain=STUDY, form="people", act="vouch")
    return list(said.order_by("seq"))


def _vouch(one: Membership) -> Fact:
    why = f"granted by {one.granted_by}"
    return Fact("vouch", form="people", item=one.role, value=one.subject, reason=why)


def _known_people(vouched: str | None, at: datetime) -> list[Membership]:
    """The confirmed users; EQ917 if one is missing or has set no password yet.

    An account without a password is open to anyone who has its link.
    """
    people = holders(at=at)
    if vouched is not None and vouched != fingerprint(people):
        raise _refused(
            "you have not confirmed the users who could learn an arm, or the list has "
            "changed since",
            "open the page again, check each user and confirm the list",
        )
    absent = ", ".join(sorted({one.user.username for one in people if not one.came}))
    if absent:
        raise _refused(
            f"{absent} could learn an arm and has set no password yet",
            "ask them to open their invitations, or ask the administrator to end these "
            "roles and to grant them later with a second approver",
        )
    return people


def _refused(what: str, fix: str) -> ConductError:
    return ConductError.single(
        "EQ917", what, where="the page *Allocation list*", fix=fix
    )


def of_the_list() -> Protocol | None:
    """The protocol version under which the schedule was concealed.

    None before that, and where the trial does not have that version.
    """
    hash_ = listed.sealed_under()
    if hash_ is None or not ProtocolVersion.objects.filter(hash=hash_).exists():
        return None
    return version(hash_)


def require_fit(protocol: Protocol) -> Protocol:
    """Rejects a protocol whose randomization differs from the allocation schedule.

    Returns the version of the schedule; ``protocol`` if there is no schedule.

    Raises:
        ConductError: EQ945, with all differences.
    """
    sealed = of_the_list()
    if sealed is None:
        return protocol
    before, now = drawn_by(sealed), drawn_by(protocol)
    found = [
        f"the allocation schedule has {name} {_said(before[name])}, and the protocol has "
        f"{_said(now[name])}"
        for name in before
        if before[name] != now[name]
    ]
    if found:
        raise ConductError.several(
            "EQ945",
            found,
            where=f"version {protocol.trial.version} of the protocol",
            fix="keep arms, ratios, method and strata as in the allocation schedule; for "
            "another randomization, set up another trial in a separate folder",
        )
    return sealed


def require_published() -> None:
    """Requires a concealed schedule with a published commitment (EQ934)."""
    made = listed.commitment()
    if made is not None and is_published(made.hash):
        return
    raise ConductError.single(
        "EQ934",
        "there is no concealed allocation schedule yet"
        if made is None
        else "the commitment of the allocation schedule is not published yet",
        where="the allocation database",
        fix="ask the unblinded statistician to seal the schedule on the page "
        "*Allocation list* before the first participant",
    )


def is_published(hash_: str) -> bool:
    """Whether a commitment is recorded in the audit trail of the study."""
    said = Entry.objects.filter(chain=STUDY, act="seal", value__startswith=hash_)
    return said.exists()


def drawn_by(protocol: Protocol) -> dict[str, Any]:
    """Elements of a protocol that determine the randomization, by name."""
    plan = protocol.randomization
    known = {c.id: c.values for c in protocol.characteristics}
    return {
        "arms": {arm.id: arm.ratio for arm in protocol.arms},
        "method": plan.method,
        "block sizes": sorted(plan.block_sizes),
        "strata": {name: sorted(known.get(name, ())) for name in plan.strata},
        "bound": plan.bound,
        "balls": plan.balls,
        "probability": plan.probability,
        "measure": plan.measure,
    }


def _said(value: Any) -> str:
    if isinstance(value, dict):
        value = [f"{name} ({_said(of)})" for name, of in value.items()]
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


CODE = "EQ948"


def require_kept_blind(amended: Protocol) -> None:
    """Rejects an amendment that would make a randomized blinded trial open (EQ948)."""
    sealed = listed.sealed_under() is not None
    if sealed and is_open(amended) and not is_open(in_force()):
        raise ConductError.single(
            CODE,
            "the trial is blinded, and the amendment would disclose the treatments to "
            "coordinators and investigators",
            where=f"version {amended.trial.version} of the protocol",
            fix="conceal the arm as before; a trial cannot become open-label after its "
            "allocation schedule was concealed",
        )


def require_open_since_sealing() -> None:
    """Rejects disclosure of treatments if any participant may be randomized blinded.

    Raises:
        ConductError: EQ948, a version since the concealment was not open-label, or the
            version of the allocation schedule is unknown.
    """
    known = list(ProtocolVersion.objects.order_by("id").values_list("hash", flat=True))
    sealed = listed.sealed_under()
    since = known[known.index(sealed) :] if sealed in known else []
    if not since or not all(is_open(version(hash_)) for hash_ in since):
        raise ConductError.single(
            CODE,
            "the trial was blinded when participants could be randomized already",
            where="the protocol versions since the allocation schedule was concealed",
            fix="treatments stay concealed; in an emergency, ask the investigator to "
            "unblind the participant",
        )
