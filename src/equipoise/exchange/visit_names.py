"""Recognizes the visit of a protocol in a name such as ``week_2_arm_1`` or ``2m``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from equipoise.exchange.column_profile import normal
from equipoise.protocol.calendar import Visit
from equipoise.protocol.model import Protocol

UNITS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "m": 365.25 / 12}
SLACK = {"h": 0.5, "d": 0.0, "w": 3.0, "m": 15.0}  # days by which a visit may be off
UNIT = r"(h|hr|hrs|hours?|d|days?|w|wk|wks|weeks?|m|mo|mos|mth|months?)"
DURATION = re.compile(rf"(?:(\d+) ?{UNIT}|{UNIT} ?(\d+))(?: after| post)?")
BASELINE = {"baseline", "base", "bl", "pre", "t0", "pretreatment", "before"}
FIRST_DOSE = ("treatment", "infusion", "dose", "drug")
SCREENING = {"screening", "screen", "scr"}
# What REDCap adds to each event: `week_2_arm_1` raw, `Week 2 (Arm 1: Main)` labelled.
ARM = re.compile(r" arm \d+[a-z]?$")
ARM_LABEL = re.compile(r"\s*\(Arm \d+: .*\)\s*$")
EVENT_LENGTH = 18  # characters of an event's label in its raw name
# Every duration within a name, also of words that two of them share: `3 week 4`.
WITHIN = re.compile(rf"(?<![a-z0-9])(?=({DURATION.pattern})(?![a-z0-9]))")
NUMBERED = re.compile(
    r"(?<![a-z0-9])(?:visit|session|timepoint|tp|v|t) ?\d+(?![a-z0-9])"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A visit, and why it was recognized."""

    visit: str
    why: str
    sure: bool


def moment(text: str, protocol: Protocol) -> Moment | None:
    """The visit that a text names, None if it is not clear."""
    said = ARM.sub("", normal(ARM_LABEL.sub("", text)))
    visits = protocol.schedule.visits
    for visit in visits:
        if _tight(said) in (_tight(normal(visit.id)), _tight(normal(visit.label))):
            return Moment(visit.id, "its name", True)
    if said in BASELINE or said in _before(protocol):
        return Moment(protocol.schedule.baseline, "a word for baseline", True)
    if said in SCREENING:
        named = [v for v in visits if SCREENING & set(normal(v.id).split())]
        early = [v for v in visits if v.phase == "screening"]
        found = named[:1] or (early if len(early) == 1 else [])
        sure = bool(named)
        return Moment(found[0].id, "a word for screening", sure) if found else None
    infusion = re.fullmatch(r"inf(?:usion)? ?(\d+)", said)
    if infusion:
        numbered = [v for v in visits if v.infusion == int(infusion[1])]
        return Moment(numbered[0].id, "its infusion", True) if numbered else None
    after = DURATION.fullmatch(said)
    if after is None:
        return None
    unit = (after[2] or after[3])[0]
    days = float(after[1] or after[4]) * UNITS[unit]
    return nearest(days, protocol, slack=SLACK[unit])


def _before(protocol: Protocol) -> set[str]:
    """Names of the time before the treatment, if there is only one infusion."""
    if sum(visit.infusion is not None for visit in protocol.schedule.visits) > 1:
        return set()
    anchor = normal(protocol.schedule.anchor)
    starts = ("pre", "before", "prior to", "before the")
    return {f"{word} {name}" for word in starts for name in {anchor, *FIRST_DOSE}}


def event(text: str, protocol: Protocol) -> Moment | None:
    """The visit that an event of REDCap names, a guess where words are added.

    REDCap cuts the raw name of an event: ``30_day_follow_up_s_arm_1`` is "30 day
    follow-up survey". A name with further words, such as ``visit_7_week_follo_arm_1``, is
    read by the duration or the visit that it contains, and is never sure.
    """
    found = moment(text, protocol)
    if found is not None:
        return found
    said = ARM.sub("", normal(ARM_LABEL.sub("", text)))
    visits = protocol.schedule.visits
    cut = [
        visit.id
        for visit in visits
        if said in (_cut(visit.id), _cut(visit.label)) and len(said) > 3
    ]
    if len(cut) == 1:
        return Moment(cut[0], "the start of its name", True)
    return _contained(said, protocol)


def _cut(label: str) -> str:
    """The words of a label that remain in the raw name of an event."""
    raw = re.sub(r"[^a-z0-9]+", "_", label.lower())
    return normal(raw[:EVENT_LENGTH].strip("_"))


def _contained(said: str, protocol: Protocol) -> Moment | None:
    """The one visit of which a name contains the name or the duration."""
    padded = f" {said} "
    named = {
        visit.id
        for visit in protocol.schedule.visits
        for name in (normal(visit.id), normal(visit.label))
        if name and f" {name} " in padded
    }
    # The number of a visit is no duration: `visit 7 week follow-up` is not week 7.
    durations = [found[1] for found in WITHIN.finditer(NUMBERED.sub("", said))]
    moments = [moment(text, protocol) for text in durations]
    planned = {found.visit if found else "" for found in moments}
    if not durations:
        words = [word for word in said.split() if word in SCREENING | {"baseline"}]
        planned = {m.visit for word in words[:1] if (m := moment(word, protocol))}
    visits = named or planned
    if len(visits) != 1 or "" in visits or (named and planned and named != planned):
        return None
    return Moment(min(visits), "a part of its name", False)


def nearest(days: float, protocol: Protocol, *, slack: float) -> Moment | None:
    """The visit planned nearest to a day, if it is near enough.

    A visit with a rating comes before one with an infusion on the same day.
    """

    def distance(visit: Visit) -> tuple[float, bool]:
        return abs(visit.day - days), visit.infusion is not None

    visit = min(protocol.schedule.visits, key=distance)
    off = distance(visit)[0]
    if off > max(slack, *(abs(edge) for edge in visit.window)):
        return None
    return Moment(visit.id, f"planned on day {visit.day}", off <= slack)


def _tight(text: str) -> str:
    return text.replace(" ", "")
