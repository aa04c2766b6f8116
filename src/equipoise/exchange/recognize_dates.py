"""Recognizes dates: day 0, consent, randomization, and the days of visits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from equipoise.exchange.column_profile import Look, normal
from equipoise.exchange.recognition import Confidence, Finding, Scene
from equipoise.exchange.spreadsheet_dates import serial_example
from equipoise.protocol.model import Protocol

VISITED = {"visit", "date", "dov", "assessment", "assessed", "dt", "dtc", "interview"}
CONSENT = {"consent", "consented", "icf", "rficdtc"}
RANDOMIZED = {"rand", "randomized", "randomised", "randomization", "randomisation"}
DAYS = {"reldays", "ady", "dy", "day", "studyday", "vsdy", "qsdy"}
# Dates that a participant has once and that are never the start of treatment.
OTHER = {"birth", "dob", "birthdate", "brthdtc", "death", "end", "stop", "withdrawal"}
REFERENCE = {"rfxstdtc", "trtsdt", "trtsdtm"}  # first treatment, in SDTM and ADaM
TIMESTAMPS = {"timestamp", "created", "modified", "entered", "completed", "uploaded"}


@dataclass(frozen=True, slots=True)
class Start:
    """The column with the date of day 0.

    Attributes:
        sure: whether neither the column nor the format has to be checked.
    """

    column: str
    format: str
    why: str
    sure: bool


def day0(
    looks: Mapping[str, Look], protocol: Protocol, *, events: bool = False
) -> Start | None:
    """The column with the date of day 0, None if no name states it.

    Args:
        looks: profile of each column.
        protocol: of the trial.
        events: whether the rows are adverse events: their start is not day 0.
    """
    anchor = set(normal(protocol.schedule.anchor).split()) - {"of", "the", "first"}
    found = []
    for place, look in enumerate(looks.values()):
        said = {*look.words, *look.label.split()}
        points = 2.0 * len(said & anchor)
        points += 2.0 * bool(said & REFERENCE)
        points += 2.0 * ("day0" in said or {"day", "0"} <= said)
        points += 0.5 * bool(said & {"start", *RANDOMIZED}) * (not events)
        dated = look.formats or look.serials
        if not points or not dated or not look.once or said & OTHER:
            continue
        points -= 1.5 * bool(said & (CONSENT | TIMESTAMPS))
        found.append((-points - look.filled, place, look))
    if not found:
        return None
    found.sort(key=lambda one: one[:2])
    points, _, look = found[0]
    why, sure = f"a date named like day 0 ({protocol.schedule.anchor})", True
    if points > -2.0:
        why, sure = "a date whose name could mean day 0", False
    if len(found) > 1:
        close = found[1][0] - points < 1.0
        why += ("; as likely: " if close else "; rather than ") + found[1][2].column
        sure = sure and not close
    formats, note = date_formats(look)
    return Start(look.column, formats[0], why + note, sure and not note)


def day(look: Look, scene: Scene) -> Iterator[Finding]:
    """A date, or a day of the schedule."""
    said = set(look.words)
    formats, note = date_formats(look)
    if not formats:
        whole = look.numbers is not None and look.numbers.whole
        if scene.long and said & DAYS and whole and not said & OTHER:
            why = "integers, named like days"
            rule = {"to": "visits.actual_day"}
            yield Finding((look.column,), rule, why, "medium", look.filled)
        return
    sure: Confidence = "low" if note else "medium"
    if said & CONSENT:
        to = "participants.consented_at"
    elif said & RANDOMIZED:
        to = "participants.randomized_at"
    elif scene.long and scene.day0 and not look.once and said & VISITED:
        to = "visits.actual_day"
    else:
        return
    points = look.filled - 1.5 * bool(said & TIMESTAMPS) + ("date" in said)
    points += 1.0 * bool(said & {"visit", "dov"})
    rule = {"to": to, "format": formats[0]}
    yield Finding((look.column,), rule, f"dates, by its name{note}", sure, points)


def date_formats(look: Look) -> tuple[tuple[str, ...], str]:
    """Formats of the dates of a column, and what is to be checked of the first."""
    if look.formats:
        other = look.formats[1:]
        return look.formats, f"; {other[0]} would also fit" if other else ""
    if not look.serials:
        return (), ""
    one, other_way = look.serials
    text = f"{look.texts[0][:2]}000"  # of nobody: a date can identify a participant
    return look.serials, (
        "; its numbers may be those under which a spreadsheet stores dates, of which "
        f"{serial_example(text, one)}: compare a date with the source, because with "
        f"{other_way} {serial_example(text, other_way)}"
    )
