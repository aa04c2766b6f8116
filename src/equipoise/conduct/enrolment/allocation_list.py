"""Sealing the list of a trial, and publishing its commitment before anybody comes.

Until then one administrator gives every role alone, and from then on roles that lead to
arms take two people. So who seals vouches for those who hold one at that moment; their
names stand in the chain of the study beside the commitment.

A list is drawn for the arms, ratios, method and strata of one protocol version and holds
for the whole trial: whoever is randomized later is randomized under that version. An
amendment that says otherwise is refused, and so is one that would open a blinded trial:
whoever was randomized in it was promised that nobody at the site knows the arm.
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
from equipoise.conduct.study.models import ProtocolVersion
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
    """Seals the list, and writes its commitment into the chain of the study.

    The one door to a sealed list. Cut off between the two, the same call again
    publishes the commitment of the list that is sealed; nobody is randomized before.
    ``places`` are in each stratum; a seed is given by a rehearsal alone. ``vouched`` is
    the ``fingerprint`` of the people whom the actor was shown and vouches for, None
    where no page showed them (a rehearsal, a demonstration): they are recorded all the
    same. ``aware``: the actor knows what will be missing later
    (``access.second_person.shortages``), which is recorded as the reason.

    Raises:
        ConductError: EQ917, somebody was not vouched for or has never come in, or what
            will be missing was not confirmed; EQ933, a list was sealed already; EQ947, the
            clock went back.
    """
    actor.require("seal list", ALL_SITES)
    require_right(at)
    protocol, known = in_force(), listed.commitment()
    with transaction.atomic():
        lock(STUDY)  # nobody is given a role in between
        people, short = _known_people(vouched, at), shortages(protocol, at=at)
        if vouched is not None and short and not aware:
            raise _refused(
                "you have not confirmed that you know what will be missing later",
                "open the page again, read what will be missing, and confirm it",
            )
        if known is not None and not is_published(known.hash):
            made = known
        else:
            made = listed.seal(
                protocol, key, places=places, actor=actor.name, at=at, seed=seed
            )
        said = f"{made.hash} {made.method} {made.places} places"
        sealing = Fact("seal", value=said, reason=" ".join(short))
        record(STUDY, sealing, *map(_vouch, people), actor=actor.name, at=at)
    anchor_all(anchors, at=at)
    return made


def vouched_for() -> list[Entry]:
    """Who held a role that leads to arms when the list was sealed, as it was recorded.

    ``item`` is the role, ``value`` who held it where, ``reason`` who had given it.
    """
    said = Entry.objects.filter(chain=STUDY, form="people", act="vouch")
    return list(said.order_by("seq"))


def _vouch(one: Membership) -> Fact:
    why = f"granted by {one.granted_by}"
    return Fact("vouch", form="people", item=one.role, value=one.subject, reason=why)


def _known_people(vouched: str | None, at: datetime) -> list[Membership]:
    """Who is vouched for; refused if it is not everybody, or somebody never came in.

    An account that nobody has opened yet is open to whoever has its link.
    """
    people = holders(at=at)
    if vouched is not None and vouched != fingerprint(people):
        raise _refused(
            "you have not vouched for the people who could learn an arm, or they are "
            "others than those that you were shown",
            "open the page again, look at each of them, and confirm it",
        )
    absent = ", ".join(sorted({one.user.username for one in people if not one.came}))
    if absent:
        raise _refused(
            f"{absent} could learn an arm and has set no password yet",
            "let them open their invitations first, or let the administrator end these "
            "roles; they can be given later, with a second person",
        )
    return people


def _refused(what: str, mend: str) -> ConductError:
    return ConductError.single("EQ917", what, where="the sealed list", mend=mend)


def of_the_list() -> Protocol | None:
    """The protocol version under which the list was sealed.

    None before a list is sealed, and where the trial does not know that version.
    """
    hash_ = listed.sealed_under()
    if hash_ is None or not ProtocolVersion.objects.filter(hash=hash_).exists():
        return None
    return version(hash_)


def require_fit(protocol: Protocol) -> Protocol:
    """Refuses a protocol that randomizes otherwise than the sealed list.

    Returns the version under which the list was sealed; ``protocol`` if none was.

    Raises:
        ConductError: EQ945, with everything that differs.
    """
    sealed = of_the_list()
    if sealed is None:
        return protocol
    before, now = drawn_by(sealed), drawn_by(protocol)
    found = [
        f"the list was sealed with {name} {_said(before[name])}, and the protocol has "
        f"{_said(now[name])}"
        for name in before
        if before[name] != now[name]
    ]
    if found:
        raise ConductError.several(
            "EQ945",
            found,
            where=f"version {protocol.trial.version} of the protocol",
            mend="leave arms, ratios, method and strata as they were sealed; whatever "
            "else the amendment changes is accepted. Another randomization is another "
            "list, and so another trial in a folder of its own",
        )
    return sealed


def require_published() -> None:
    """Refuses to randomize from a list that is not sealed and published (EQ934)."""
    made = listed.commitment()
    if made is not None and is_published(made.hash):
        return
    raise ConductError.single(
        "EQ934",
        "no list was sealed yet"
        if made is None
        else "the commitment of the list is not published yet",
        where="the vault",
        mend="the unblinded statistician seals the list before the first participant",
    )


def is_published(hash_: str) -> bool:
    """Whether a commitment stands in the chain of the study."""
    said = Entry.objects.filter(chain=STUDY, act="seal", value__startswith=hash_)
    return said.exists()


def drawn_by(protocol: Protocol) -> dict[str, Any]:
    """All of a protocol that decides who gets what, by name."""
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
    """Refuses an amendment that would open a trial whose list is sealed (EQ948)."""
    sealed = listed.sealed_under() is not None
    if sealed and is_open(amended) and not is_open(in_force()):
        raise ConductError.single(
            CODE,
            "the trial is blinded, and the amendment would show coordinators and "
            "investigators the treatment of everybody",
            where=f"version {amended.trial.version} of the protocol",
            mend="conceal the arm as before; a trial is open from its first sealed list "
            "on, or never",
        )


def require_open_since_sealing() -> None:
    """Refuses to tell treatments if anybody may have been randomized blinded.

    Raises:
        ConductError: EQ948, a version was in force since the sealing that was not open,
            or the trial does not know under which one it was sealed.
    """
    known = list(ProtocolVersion.objects.order_by("id").values_list("hash", flat=True))
    sealed = listed.sealed_under()
    since = known[known.index(sealed) :] if sealed in known else []
    if not since or not all(is_open(version(hash_)) for hash_ in since):
        raise ConductError.single(
            CODE,
            "the trial was blinded when somebody could be randomized already",
            where="the versions of the protocol since the list was sealed",
            mend="the treatment stays concealed; in an emergency the investigator "
            "unblinds",
        )
