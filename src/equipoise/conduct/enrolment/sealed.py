"""The sealed list against the protocol in force: what an amendment must leave alone.

A list is drawn for the arms, ratios, method and strata of one protocol version. It holds
for the whole trial: whoever is randomized later is randomized under that version, and an
amendment that says otherwise is refused before it comes into force.
"""

from __future__ import annotations

from typing import Any

from equipoise.conduct.access.open_label import is_open
from equipoise.conduct.allocation import services
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.study.models import ProtocolVersion
from equipoise.conduct.study.protocols import in_force, version
from equipoise.errors import ConductError, Problem
from equipoise.protocol.model import Protocol


def of_the_list() -> Protocol | None:
    """The protocol version under which the list was sealed.

    None before a list is sealed, and where the trial does not know that version.
    """
    hash_ = services.sealed_under()
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
        Problem(
            code="EQ945",
            what=f"the list was sealed with {name} {_said(before[name])}, and the "
            f"protocol has {_said(now[name])}",
            where=f"version {protocol.trial.version} of the protocol",
            mend="leave arms, ratios, method and strata as they were sealed; whatever "
            "else the amendment changes is accepted. Another randomization is another "
            "list, and so another trial in a folder of its own",
        )
        for name in before
        if before[name] != now[name]
    ]
    if found:
        raise ConductError(*found)
    return sealed


def require_published() -> None:
    """Refuses to randomize from a list whose commitment stands in no entry.

    Raises:
        ConductError: EQ934, no list was sealed, or nobody could have read its commitment.
    """
    made = services.commitment()
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
        return (
            ", ".join(f"{name} ({_said(of)})" for name, of in value.items()) or "none"
        )
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


CODE = "EQ948"


def require_kept_blind(amended: Protocol) -> None:
    """Refuses an amendment that would open a trial whose list is sealed.

    Raises:
        ConductError: EQ948.
    """
    sealed = services.sealed_under() is not None
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
    sealed = services.sealed_under()
    since = known[known.index(sealed) :] if sealed in known else []
    if not since or not all(is_open(version(hash_)) for hash_ in since):
        raise ConductError.single(
            CODE,
            "the trial was blinded when somebody could be randomized already",
            where="the versions of the protocol since the list was sealed",
            mend="the treatment stays concealed; in an emergency the investigator "
            "unblinds",
        )
