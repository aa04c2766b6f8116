"""Whether the vault and the chains of the trial tell the same: what needs no key.

The commitment of the list stands in the chain of the study since before the first
participant, and every emergency in the chain of who was unblinded; so does every reading
of a treatment in an open trial.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.conduct.allocation import services
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.verify import SKEW
from equipoise.conduct.study.models import ProtocolVersion


@dataclass(frozen=True, slots=True)
class Kind:
    """A way in which arms are shown, with an entry before."""

    act: str  # of the entry
    form: str
    was: str  # what was done, of somebody
    asked: str  # the same, before anything was shown


SHOWN = {  # why the vault was opened -> what the participant's chain says before
    "emergency": Kind(
        "unblind",
        "unblinding",
        "was unblinded in an emergency",
        "an emergency unblinding was asked for",
    ),
    "open label": Kind(
        "show treatment",
        "treatment",
        "had the treatment read",
        "the treatment was asked for",
    ),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """Openings and syringes of the vault against the entries written before them."""

    # Arms that were shown without an entry, and syringes that were discarded and could
    # still be given, in words.
    unwritten: tuple[str, ...]
    # Entries after which no arm was shown or no syringe discarded, in words: the
    # request was cut off between the two.
    cut_off: tuple[str, ...]


def unpublished() -> Iterator[str]:
    """What is wrong with the commitment that was published, in words."""
    made = services.commitment()
    said = list(
        Entry.objects.filter(chain=STUDY, act="seal")
        .order_by("seq")
        .values_list("value", "at", "actor")
    )
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
    if not any((at, by) == services.sealed_by() for _, at, by in said):
        yield "the list says another time or person of its sealing than the study"
    under = services.sealed_under()
    if not ProtocolVersion.objects.filter(hash=under).exists():
        yield "the list was sealed under a protocol that the trial does not know"
    first = next(iter(services.given()), None)
    if first is not None and first.at < said[0][1] - SKEW:
        yield "somebody was allocated before the commitment was published"


def compared() -> Compared:
    """What the participants' chains say was shown or discarded, against the vault."""
    rows = services.shown()
    unwritten: list[str] = []
    cut_off: list[str] = []
    for why, kind in SHOWN.items():
        entries = Entry.objects.filter(act=kind.act, form=kind.form)
        asked = Counter(entries.values_list("chain", flat=True))
        shown = Counter(row.participant for row in rows if row.why == why)
        unwritten += [
            f"{who} {kind.was}, and no entry says so"
            for who in sorted(shown)
            if shown[who] > asked[who]
        ]
        cut_off += [
            f"{who}: {kind.asked}, and the vault shows no arm"
            for who in sorted(asked)
            if asked[who] > shown[who]
        ]
    held, taken_back = _numbers()
    gone = {made.number for made in services.syringes_of() if made.discarded_by}
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
    return Compared(tuple(unwritten), tuple(cut_off))


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
