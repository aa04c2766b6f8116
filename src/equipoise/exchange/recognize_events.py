"""Recognizes adverse events, treatment guesses, and measurements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from equipoise.exchange.column_profile import Look, matched, normal
from equipoise.exchange.recognition import Confidence, Finding, Scene
from equipoise.exchange.recognize_dates import date_formats
from equipoise.exchange.recognize_participants import number_keys

EVENT = ("ae", "adverse")
PARTS = {  # column of the table of events -> words by which it is named
    "term": {"term", "event", "name", "desc", "description", "decod"},
    "started_day": {"start", "started", "onset", "st", "stdtc", "stdat"},
    "stopped_day": {"end", "stop", "stopped", "resolved", "en", "endtc", "endat"},
    "severity": {"severity", "sev", "intensity", "grade"},
    "serious": {"serious", "ser", "sae"},
    "related": {"related", "rel", "relation", "relationship"},
    "action": {"action", "acn"},
    "outcome": {"outcome", "out"},
}
SEVERITY = {"mild": ("mild",), "moderate": ("moderate",), "severe": ("severe",)}
FLAGS = {"1": ("yes", "y", "1", "true"), "0": ("no", "n", "0", "2", "false")}
RELATED = {"1": ("related",), "0": ("not related", "unrelated")}
MEASURED = {
    "SYSBP": {"sbp", "systolic", "sysbp"},
    "DIABP": {"dbp", "diastolic", "diabp"},
    "PULSE": {"pulse", "hr", "heartrate"},
    "OXYSAT": {"spo2", "oxysat", "saturation", "o2sat"},
}
GUESSERS = {
    "participant": {"participant", "patient", "subject", "pt"},
    "rater": {"rater", "assessor", "clinician"},
}


def event(look: Look, scene: Scene) -> Iterator[Finding]:
    """A column of adverse events, such as ``ae_term`` or ``AESEV``."""
    part = _part(_after_event(look, scene))
    if part is None:
        return
    rule: dict[str, Any] = {"to": f"events.{part}"}
    note = ""
    if part.endswith("_day"):
        formats, note = date_formats(look)
        if formats and scene.day0:
            rule |= {"format": formats[0]}
        elif formats or look.numbers is None or not look.numbers.whole:
            return
    elif part in ("severity", "serious", "related"):
        values = matched(look.labels, {"severity": SEVERITY}.get(part, FLAGS))
        if values is None and part == "related":
            values = matched(look.labels, RELATED)
        if values is None:
            return
        rule |= {"values": values}
    elif any(text != label for text, label in look.labels.items()):
        rule |= {"values": look.labels}
    why = f"named like an adverse event field{note}"
    sure: Confidence = "low" if note else "medium"
    yield Finding((look.column,), rule, why, sure, 1.0 + look.filled)


def guess(look: Look, scene: Scene) -> Iterator[Finding]:
    """A guess of the allocation."""
    if "guess" not in look.words or not scene.long:
        return
    arms = {a.id: (a.id, a.label) for a in scene.protocol.arms}
    known = arms | {"don't know": ("don't know", "do not know", "dont know", "unsure")}
    labels = {t: "unsure" if "know" in s else s for t, s in look.labels.items()}
    values = matched(labels, known)
    by = next((b for b, names in GUESSERS.items() if names & set(look.words)), None)
    if values is not None and by is not None:
        rule = {"to": f"guesses.{by}", "values": values}
        yield Finding(
            (look.column,), rule, "a guess whose values are arms", "high", 3.0
        )


def measurement(look: Look, scene: Scene) -> Iterator[Finding]:
    """A vital sign or laboratory value of the protocol."""
    found = look.numbers
    if not scene.long or found is None:
        return
    schedule = scene.protocol.schedule
    asked = {
        n for v in schedule.visits for m in schedule.measurements(v) for n in m.names
    }
    for name in sorted(asked):
        if set(look.words) & {name.lower(), *MEASURED.get(name, ())}:
            rule = {"to": f"measurements.{name}", **number_keys(look, scene)}
            rule |= {"missing": [*found.missing]} if found.missing else {}
            why = f"named like its test{look.none}"
            sure: Confidence = "low" if look.none else "medium"
            yield Finding((look.column,), rule, why, sure, look.filled)


def _part(said: list[str]) -> str | None:
    """The part of an event that the last known word names.

    The last, because what goes before it tells of what: ``adverse_event_severity``.
    """
    named = (
        p for word in reversed(said) for p, known in PARTS.items() if word in known
    )
    return next(named, None)


def _after_event(look: Look, scene: Scene) -> list[str]:
    """The words that follow ``ae``; empty if it is no column of adverse events."""
    first, *others = look.words or ("",)
    if first in EVENT:
        return others
    if first.startswith("ae") and not others:
        return [first.removeprefix("ae")]
    return [first, *others] if scene.events else []


def rows_are_events(name: str, looks: Iterable[Look]) -> bool:
    """Whether a file has one row for each adverse event.

    Args:
        name: of the file.
        looks: its columns.
    """
    terms = [look for look in looks if look.words[0] in ("aeterm", "aedecod")]
    terms += [look for look in looks if look.words[:2] in (("ae", "term"), TERM)]
    stem = set(normal(name.rpartition(".")[0]).split())
    return bool(terms or stem & {"ae", "aes", "adverse"})


TERM = ("adverse", "event")
