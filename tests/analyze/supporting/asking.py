"""The small trial in strata, with supporting methods of each type of endpoint."""

from __future__ import annotations

from typing import Any

from equipoise.analyze.result import Estimate
from equipoise.analyze.supporting.estimates import supporting_methods
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.numerics.rng import stream
from equipoise.protocol.model import Protocol
from tests.analyze.small import TEXT, data, protocol, random_scores
from tests.analyze.time_to_event.timed import DEFINITION, ENDPOINT

PLAIN = 'method = "complete"'
STRATA = 'method = "permuted blocks"\nblock_sizes = [4]\nstrata = ["sex"]'
METHOD = {
    "change": 'method = "mmrm"',
    "response": 'method = "risk-difference"',
    "timed": 'method = "kaplan-meier"',
    "harm": 'method = "risk-difference"',
}
SCORES = random_scores(3, 60)
DRAW = stream(5, "tests", "supporting")
MORE: dict[str, dict[str, Any]] = {
    name: {"sex": "FM"[n % 3 == 0], "age": float(DRAW.integers(18, 65))}
    for n, name in enumerate(SCORES)
}


def asking(endpoint: str, keys: str, *, strata: bool = True) -> Protocol:
    """The trial; one endpoint has more keys under its analysis."""
    text = TEXT.replace(PLAIN, STRATA, 1) if strata else TEXT
    text = text.replace("threshold = 50", "threshold = 25", 1)  # both arms respond
    before, sets, after = text.partition("[[analysis_sets]]")
    head, size, rest = after.partition("[size]")
    text = f"{before}{DEFINITION}\n{sets}{head}{ENDPOINT}\n{size}{rest}"
    start, mark, own = text.partition(f'[[endpoints]]\nid = "{endpoint}"\n')
    assert mark
    named = METHOD[endpoint]
    if "covariates" in keys:
        own = own.replace('covariates = ["baseline"]\nby_visit = ["baseline"]\n', "", 1)
    return protocol(start + mark + own.replace(named, f"{named}\n{keys}", 1))


def trial_data(trial: Protocol) -> UnblindedTrialData:
    """Sixty participants: responses, relapses, withdrawals and adverse events."""
    days = stream(6, "tests", "supporting")
    milestones: list[tuple[Any, ...]] = [
        (name, "randomized", 0, None) for name in SCORES
    ]
    events: list[tuple[Any, ...]] = []
    for n, (name, row) in enumerate(SCORES.items()):
        if n % 4 == 1:
            milestones.append((name, "relapse", int(days.integers(5, 40)), None))
        elif n % 7 in (0, 3, 4):
            milestones.append(
                (name, "study-withdrawn", int(days.integers(2, 40)), "own wish")
            )
        number = int(days.poisson(0.6 if row[0] == "placebo" else 1.4))
        events += [
            (name, "headache", int(days.integers(0, 14)), bool(k))
            for k in range(number)
        ]
    return data(SCORES, trial=trial, more=MORE, milestones=milestones, events=events)


def found(endpoint: str, keys: str, **how: bool) -> dict[str, Estimate]:
    """Estimates of the supporting methods, by name."""
    trial = asking(endpoint, keys, **how)
    made = supporting_methods(trial, trial_data(trial), trial.endpoint(endpoint))
    return {row.analysis: row for row in made}
