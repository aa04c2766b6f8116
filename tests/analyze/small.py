"""A small two-arm trial with an endpoint of each type, and data for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from equipoise import library
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.instruments.load import parse_instrument
from equipoise.numerics.rng import stream
from equipoise.protocol.load import parse_protocol
from equipoise.protocol.model import Protocol

VISITS = ("baseline", "week-1", "week-2", "week-4", "week-6")
TEXT = """
schema = 1
[trial]
id = "small"
label = "Small"
title = "A small trial"
version = "1.0"
condition = "depression"
design = "parallel"
reference = "none"
[[arms]]
id = "active"
label = "Active"
role = "experimental"
intervention = "active"
[[arms]]
id = "placebo"
label = "Placebo"
role = "placebo"
intervention = "placebo"
[[interventions]]
id = "active"
label = "Active"
drug = "active drug"
assumed = true
[[interventions]]
id = "placebo"
label = "Placebo"
drug = "saline"
assumed = true
[[characteristics]]
id = "age"
label = "Age"
type = "number"
[[characteristics]]
id = "sex"
label = "Sex"
type = "category"
values = ["F", "M"]
[randomization]
method = "complete"
assumed = true
[blinding]
assumed = true
[blinding.conceal]
rater = ["arm"]
[[instruments]]
id = "hamd17"
by = "rater"
assumed = true
[schedule]
anchor = "infusion"
baseline = "baseline"
weekends = "allow"
assumed = true
[[schedule.visits]]
id = "baseline"
label = "Baseline"
day = -1
assess = [{ instrument = "hamd17" }]
assumed = true
[[schedule.visits]]
id = "infusion"
label = "Infusion"
day = 0
infusion = 1
assumed = true
[[schedule.visits]]
id = "week-1"
label = "Week 1"
day = 7
assess = [{ instrument = "hamd17" }]
assumed = true
[[schedule.visits]]
id = "week-2"
label = "Week 2"
day = 14
assess = [{ instrument = "hamd17" }]
assumed = true
[[schedule.visits]]
id = "week-4"
label = "Week 4"
day = 28
assess = [{ instrument = "hamd17" }]
assumed = true
[[schedule.visits]]
id = "week-6"
label = "Week 6"
day = 42
assess = [{ instrument = "hamd17" }]
assumed = true
[[definitions]]
id = "response"
label = "Response"
kind = "response"
rule = "percent-reduction"
score = "hamd17.total"
threshold = 50
assumed = true
[[definitions]]
id = "relapse"
label = "Relapse"
kind = "relapse"
rule = "loss-of"
of = "response"
at = "week-2"
assumed = true
[[analysis_sets]]
id = "itt"
label = "All randomized participants"
assumed = true
[[analysis_sets]]
id = "rated"
label = "Participants with a rating after baseline"
assessed = "hamd17.total"
assumed = true
[[analysis_sets]]
id = "safety"
label = "Participants with an infusion"
exposed = true
as = "treated"
assumed = true
[[endpoints]]
id = "change"
label = "Change to week 2"
level = "primary"
type = "continuous"
assumed = true
[endpoints.variable]
score = "hamd17.total"
visits = ["week-1", "week-2"]
at = "week-2"
[endpoints.estimand]
treatment = { arm = "active", versus = "placebo" }
population = "itt"
summary = "difference in means"
intercurrent = [
  { event = "stop", milestone = "treatment-discontinued", strategy = "treatment policy" },
  { event = "new treatment", milestone = "new-treatment", strategy = "hypothetical" },
]
[endpoints.analysis]
method = "mmrm"
covariates = ["baseline"]
by_visit = ["baseline"]
[[endpoints]]
id = "response"
label = "Response at week 2"
level = "secondary"
type = "binary"
assumed = true
[endpoints.variable]
definition = "response"
at = "week-2"
[endpoints.estimand]
treatment = { arm = "active", versus = "placebo" }
population = "itt"
summary = "risk difference"
intercurrent = [
  { event = "new treatment", milestone = "new-treatment", strategy = "composite" },
]
[endpoints.analysis]
method = "risk-difference"
missing = "failure"
[[endpoints]]
id = "relapse"
label = "Time to loss of response"
level = "secondary"
type = "time-to-event"
assumed = true
[endpoints.variable]
definition = "relapse"
[endpoints.estimand]
treatment = { arm = "active", versus = "placebo" }
population = "itt"
summary = "survival function"
intercurrent = [
  { event = "new treatment", milestone = "new-treatment", strategy = "composite" },
]
[endpoints.analysis]
method = "kaplan-meier"
[[endpoints]]
id = "harm"
label = "At least one adverse event"
level = "safety"
type = "incidence"
assumed = true
[endpoints.variable]
events = "all"
[endpoints.estimand]
treatment = { arm = "active", versus = "placebo" }
population = "safety"
summary = "risk difference"
[endpoints.analysis]
method = "risk-difference"
[size]
participants = 8
assumed = true
"""
# participant -> arm, then the score at each of VISITS; None where not rated
SCORES: dict[str, tuple[Any, ...]] = {
    "A1": ("active", 20, 12, 10, 9, 11),  # responds, loses it at week 6
    "A2": ("active", 24, 15, 12, 12, 8),  # responds to the end
    "A3": ("active", 22, 20, 19, None, None),
    "A4": ("active", 26, 18, None, None, None),
    "P1": ("placebo", 21, 20, 18, 17, 18),
    "P2": ("placebo", 25, 16, 11, 20, 20),  # responds, loses it at week 4
    "P3": ("placebo", 23, 22, 21, None, None),
    "P4": ("placebo", 20, 21, 19, 19, 18),
}


def protocol(text: str = TEXT) -> Protocol:
    return parse_protocol(text, origin="small.toml", find_instrument=_instrument)


def with_strategy(endpoint: str, strategy: str) -> Protocol:
    """The protocol with another strategy for the new treatment at one endpoint."""
    head, mark, rest = TEXT.partition(f'[[endpoints]]\nid = "{endpoint}"\n')
    assert mark
    before, found, after = rest.partition('milestone = "new-treatment", strategy = "')
    assert found
    return protocol(head + mark + before + found + strategy + after[after.index('"') :])


def without_response(
    visits: Iterable[str], scores: Mapping[str, Any]
) -> dict[str, Any]:
    """The scores with nobody rated at these visits."""
    positions = {1 + VISITS.index(visit) for visit in visits}
    return {
        person: tuple(None if n in positions else v for n, v in enumerate(row))
        for person, row in scores.items()
    }


def data(
    scores: Mapping[str, tuple[Any, ...]] = SCORES,
    *,
    milestones: Iterable[tuple[Any, ...]] = (),
    events: Iterable[tuple[Any, ...]] = (),
    drugs: Mapping[str, str] | None = None,
    trial: Protocol | None = None,
    more: Mapping[str, Mapping[str, Any]] | None = None,
    screened: Iterable[str] = (),
) -> UnblindedTrialData:
    """Data of the small trial.

    Args:
        scores: as ``SCORES``.
        milestones: ``participant, milestone, day, reason``.
        events: ``participant, term, started_day, serious``.
        drugs: drug of the infusion by participant; by default that of the arm.
        trial: protocol, if it is not the plain one.
        more: further columns of participants, by participant.
        screened: participants who were not randomized.
    """
    people = [{"participant": p, "arm": row[0]} for p, row in scores.items()]
    people = [
        row | dict((more or {}).get(str(row["participant"]), {})) for row in people
    ]
    people += [{"participant": p, "arm": None} for p in screened]
    given = {"active": "active drug", "placebo": "saline"}
    drugs = {p: given[row[0]] for p, row in scores.items()} if drugs is None else drugs
    tables = {
        "participants": pd.DataFrame(people),
        "recorded_scores": pd.DataFrame(
            [
                (person, visit, "hamd17", "total", float(value))
                for person, row in scores.items()
                for visit, value in zip(VISITS, row[1:], strict=True)
                if value is not None
            ],
            columns=["participant", "visit", "instrument", "score", "value"],
        ),
        "exposures": pd.DataFrame(
            [(p, "infusion", 1, drug, 35.0 if drug != "saline" else None)
             for p, drug in drugs.items()],
            columns=["participant", "visit", "infusion", "drug", "dose_mg"],
        ),
        "dispositions": pd.DataFrame(
            list(milestones), columns=["participant", "milestone", "day", "reason"]
        ),
        "events": pd.DataFrame(
            list(events), columns=["participant", "term", "started_day", "serious"]
        ),
    }  # fmt: skip
    made = UnblindedTrialData.from_tables(trial or protocol(), tables)
    assert isinstance(made, UnblindedTrialData)
    return made


def random_scores(seed: int, n: int = 24) -> dict[str, tuple[Any, ...]]:
    """Correlated ratings of ``n`` participants, one in ten of them not done."""
    draw = stream(seed, "tests", "analyze")
    made = {}
    for number in range(n):
        arm = ("active", "placebo")[number % 2]
        start = draw.integers(18, 30)
        drift = draw.normal(-2 if arm == "placebo" else -6, 2.5)
        steps = drift * np.array([0.6, 1.0, 1.2, 1.1]) + draw.normal(0, 2, 4)
        values = np.clip(np.round(start + steps), 0, 52)
        seen = draw.random(4) > 0.1
        later = [int(v) if s else None for v, s in zip(values, seen, strict=True)]
        made[f"S{number:02}"] = (arm, int(start), *later)
    return made


def _instrument(name: str) -> Any:
    return parse_instrument(library.text("instruments", name), origin=f"{name}.toml")
