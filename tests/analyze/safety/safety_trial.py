"""A trial of two infusions with vital signs, an acute effect and follow-up by response."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import pandas as pd

from equipoise.dataset.origin import Origin
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from tests.analyze.small import TEXT
from tests.analyze.small import protocol as parsed

INFUSION_2 = """
[[schedule.visits]]
id = "infusion-2"
label = "Infusion 2"
day = 3
infusion = 2
assess = [{ instrument = "moaas", minutes = [-10, 20, 60] }]
measure = [{ names = ["SYSBP"], minutes = [-10, 20, 60] }]
assumed = true
[[schedule.visits]]
id = "week-1"
"""
ENDPOINTS = """
[[safety_rules]]
id = "hold"
measurement = "SYSBP"
above = 150
unit = "mmHg"
when = "before infusion"
action = "hold"
do = "Do not start."
assumed = true
[[safety_rules]]
id = "stop"
measurement = "SYSBP"
above = 180
unit = "mmHg"
when = "during infusion"
action = "stop"
do = "Stop."
assumed = true
[[endpoints]]
id = "trend"
label = "Adverse events by infusion"
level = "safety"
type = "side-effects"
assumed = true
[endpoints.variable]
events = "all"
[endpoints.estimand]
treatment = { arm = "active", versus = "placebo" }
population = "safety"
summary = "trend over infusions"
[endpoints.analysis]
method = "gee"
[[endpoints]]
id = "signs"
label = "Vital signs"
level = "safety"
type = "vital-signs"
assumed = true
[endpoints.variable]
measurements = ["SYSBP"]
[endpoints.estimand]
treatment = { arm = "active", versus = "placebo" }
population = "safety"
summary = "change after dosing"
[endpoints.analysis]
method = "descriptive"
[[endpoints]]
id = "acute"
label = "Sedation"
level = "safety"
type = "acute"
assumed = true
[endpoints.variable]
score = "moaas.total"
[endpoints.estimand]
treatment = { arm = "active", versus = "placebo" }
population = "safety"
summary = "course over infusions"
[endpoints.analysis]
method = "mixed-trend"
[treatment_emergent]
days_after_last_dose = 5
assumed = true
"""
LONG = "week-4", "week-6"  # visits that can depend on the response
ARMS = {
    "A1": "active",
    "A2": "active",
    "A3": "active",
    "P1": "placebo",
    "P2": "placebo",
}


@cache
def trial(*, by_response: bool = False, window: int = 5) -> Protocol:
    """The protocol; with ``by_response`` only responders have weeks 4 and 6."""
    text = TEXT.replace(
        'infusion = 1\n',
        'infusion = 1\nassess = [{ instrument = "moaas", minutes = [-10, 20, 60] }]\n'
        'measure = [{ names = ["SYSBP"], minutes = [-10, 20, 60] }]\n',
    )  # fmt: skip
    text = text.replace(
        'drug = "active drug"\n',
        'drug = "active drug"\n'
        'infusion = { value = 20, unit = "min", assumed = true }\n',
    )
    text = text.replace('\n[[schedule.visits]]\nid = "week-1"\n', INFUSION_2)
    text = text.replace(
        '[[instruments]]\nid = "hamd17"\n',
        '[[instruments]]\nid = "moaas"\nby = "rater"\nassumed = true\n'
        '[[instruments]]\nid = "cgi_i"\nby = "rater"\nassumed = true\n'
        '[[instruments]]\nid = "cgi_s"\nby = "rater"\nassumed = true\n'
        '[[instruments]]\nid = "hamd17"\n',
    )
    text = text.replace(
        'day = 14\nassess = [{ instrument = "hamd17" }]\n',
        'day = 14\nassess = [{ instrument = "hamd17" }, { instrument = "cgi_i" }, '
        '{ instrument = "cgi_s" }]\n',
    )
    if by_response:
        for day in (28, 42):
            text = text.replace(
                f"day = {day}\n", f'day = {day}\nonly_if = "response"\n'
            )
    more = ENDPOINTS.replace("last_dose = 5", f"last_dose = {window}")
    return parsed(text.replace("[size]", more + "[size]"))


EVENT = ("term", "started_day", "stopped_day", "severity", "serious", "related",
         "action", "outcome")  # fmt: skip


def event(participant: str, term: str, day: int | None, **more: Any) -> dict[str, Any]:
    """An event of which everything is recorded, unless ``more`` says otherwise."""
    plain = {
        "participant": participant,
        "term": term,
        "started_day": day,
        "stopped_day": day,
        "severity": "mild",
        "serious": False,
        "related": True,
        "action": "dose not changed",
        "outcome": "recovered",
    }
    return {**plain, **more}


def trial_data(
    *,
    protocol: Protocol | None = None,
    arms: Mapping[str, str] = ARMS,
    events: Iterable[Mapping[str, Any]] = (),
    infusions: Iterable[tuple[str, str]] | None = None,
    milestones: Iterable[tuple[Any, ...]] | None = None,
    seen: Mapping[str, str] | str = "week-2",
    values: Mapping[tuple[str, str, int], float] | None = None,
    ratings: Iterable[tuple[str, str, int | None, str, float]] = (),
    more: Mapping[str, pd.DataFrame] | None = None,
    confirmed_empty: tuple[str, ...] = (),
) -> UnblindedTrialData:
    """Data of the trial.

    Args:
        protocol: by default ``trial()``.
        arms: arm by participant.
        events: rows of ``events``.
        infusions: participant and visit of each; by default both for everyone.
        milestones: ``participant, milestone, day, reason``; by default everyone completes
            the study at week 2.
        seen: visit of the last rating, by participant or for all.
        values: systolic pressure by participant, visit and minute.
        ratings: ``participant, visit, minute, instrument, total``.
        more: further tables.
        confirmed_empty: as in ``Origin``.
    """
    protocol = protocol or trial()
    visits = {"infusion": 1, "infusion-2": 2}
    if infusions is None:
        infusions = [(person, visit) for person in arms for visit in visits]
    if milestones is None:
        milestones = [(person, "study-completed", 14, None) for person in arms]
    last = {person: seen if isinstance(seen, str) else seen[person] for person in arms}
    order = [v.id for v in protocol.schedule.visits]
    rated = [(person, visit, None, "hamd17", 20.0)
             for person in arms
             for visit in ("baseline", "week-1", "week-2", "week-4", "week-6")
             if order.index(visit) <= order.index(last[person])]  # fmt: skip
    tables = {
        "participants": pd.DataFrame(
            [{"participant": p, "arm": arm} for p, arm in arms.items()]
        ),
        "exposures": pd.DataFrame(
            [(p, visit, visits[visit], False) for p, visit in infusions],
            columns=["participant", "visit", "infusion", "interrupted"],
        ),
        "dispositions": pd.DataFrame(
            list(milestones), columns=["participant", "milestone", "day", "reason"]
        ),
        "recorded_scores": pd.DataFrame(
            [*rated, *ratings],
            columns=["participant", "visit", "timepoint_min", "instrument", "value"],
        ).assign(score="total"),
        "events": pd.DataFrame(
            [dict(row) for row in events], columns=["participant", *EVENT]
        ),
        "measurements": pd.DataFrame(
            [(p, visit, minute, "SYSBP", value, "mmHg")
             for (p, visit, minute), value in (values or {}).items()],
            columns=["participant", "visit", "timepoint_min", "name", "value", "unit"],
        ),
    }  # fmt: skip
    made = UnblindedTrialData.from_tables(
        protocol,
        {**tables, **(more or {})},
        origin=Origin(confirmed_empty=confirmed_empty),
    )
    assert isinstance(made, UnblindedTrialData)
    return made
