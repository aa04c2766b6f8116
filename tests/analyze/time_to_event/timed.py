"""The small trial with a time from randomization, and milestones that start it."""

from __future__ import annotations

from typing import Any

from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from tests.analyze.small import SCORES, TEXT, data, protocol

DEFINITION = """
[[definitions]]
id = "timed"
label = "Response, or a relapse recorded"
kind = "response"
rule = "time-to"
of = "response"
events = ["relapse"]
assumed = true
"""
ENDPOINT = """
[[endpoints]]
id = "timed"
label = "Time to the event"
level = "secondary"
type = "time-to-event"
assumed = true
[endpoints.variable]
definition = "timed"
[endpoints.estimand]
treatment = { arm = "active", versus = "placebo" }
population = "itt"
summary = "survival function"
intercurrent = [
  { event = "new treatment", milestone = "new-treatment", strategy = "treatment policy" },
]
[endpoints.analysis]
method = "kaplan-meier"
"""


def timed(*changes: tuple[str, str], extra: str = "") -> Protocol:
    """The trial; each change is of the definition or the endpoint and must be there."""
    text = f"{DEFINITION}{ENDPOINT}{extra}"
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    definition, mark, endpoint = text.partition("\n[[endpoints]]")
    head, size, rest = TEXT.partition("[size]")
    before, sets, after = head.partition("[[analysis_sets]]")
    return protocol(
        f"{before}{definition}\n{sets}{after}{mark}{endpoint}\n{size}{rest}"
    )


def randomized(
    trial: Protocol,
    *milestones: tuple[Any, ...],
    scores: dict[str, tuple[Any, ...]] | None = None,
    day: int = 0,
    **more: Any,
) -> UnblindedTrialData:
    """Data with every participant randomized on a day."""
    used = SCORES if scores is None else scores
    start = [(person, "randomized", day, None) for person in used]
    return data(used, trial=trial, milestones=[*start, *milestones], **more)
