"""Whether somebody may take part: each criterion, worked out or attested to."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from equipoise.conduct.capture.current import Current
from equipoise.instruments.scoring import score_forms
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import Criterion, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is known of one criterion.

    Attributes:
        met: whether it holds for this participant; None while it is not known. An
            exclusion criterion that is met excludes.
        reason: where that comes from, without the value: a reader of the reason need not
            be a reader of the form.
    """

    criterion: Criterion
    met: bool | None
    reason: str

    @property
    def allows(self) -> bool:
        """Whether the criterion is known not to stand in the way."""
        return self.met is (self.criterion.kind == "inclusion")

    def __str__(self) -> str:
        state = {True: "met", False: "not met", None: "not known"}[self.met]
        rule = self.criterion
        return f"{rule.id}, {rule.kind} ({rule.text}): {state}; {self.reason}"


def judge(protocol: Protocol, known: Current) -> tuple[Judged, ...]:
    """Every criterion of the protocol, in its order.

    Args:
        protocol: states the criteria; a rule is worked out from the characteristics or
            from a score, any other criterion is attested to on the form ``eligibility``.
        known: what holds of the participant now. Only complete forms count.
    """
    return tuple(_judged(protocol, known, c) for c in protocol.eligibility)


def refusals(judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """Criteria that stand in the way, or are not known; empty for who is eligible."""
    return tuple(one for one in judged if not one.allows)


def _judged(protocol: Protocol, known: Current, criterion: Criterion) -> Judged:
    rule = criterion.require
    if rule is None:
        met, reason = _attested(known, criterion.id)
    elif rule.characteristic is not None:
        met, reason = _by_characteristic(known, rule)
    else:
        met, reason = _by_score(protocol, known, rule)
    return Judged(criterion=criterion, met=met, reason=reason)


def _attested(known: Current, name: str) -> tuple[bool | None, str]:
    if not known.is_complete("eligibility"):
        return None, "an investigator has not signed the eligibility form"
    answer = known.answers("eligibility").get(name)
    if answer is None:
        return None, "the eligibility form has no answer"
    return answer == "yes", "as an investigator attested"


def _by_characteristic(known: Current, rule: Requirement) -> tuple[bool | None, str]:
    name = rule.characteristic or ""
    value = known.answers("characteristics").get(name)
    if value is None or not known.is_complete("characteristics"):
        return None, f"{name} is not recorded on a complete form"
    return _holds(rule, value), f"from {name}, {_bounds(rule)}"


def _by_score(
    protocol: Protocol, known: Current, rule: Requirement
) -> tuple[bool | None, str]:
    name, visit = rule.score or "", rule.visit or ""
    value = _score(protocol, known, name, visit)
    if value is None:
        return None, f"{name} at {visit} is not known from a complete form"
    return _holds(rule, f"{value}"), f"from {name} at {visit}, {_bounds(rule)}"


def _score(protocol: Protocol, known: Current, name: str, visit: str) -> float | None:
    """A score of a complete form; None where there is none, or it cannot be scored."""
    scale, _, score = name.partition(".")
    form = f"instrument:{scale}"
    answers = known.answers(form, visit)
    if not known.is_complete(form, visit):
        return None
    instrument = protocol.scales[scale]
    if not instrument.items:
        return float(answers[score]) if score in answers else None
    row = {item: float(v) for item, v in answers.items() if item in instrument.items}
    found = score_forms(instrument, pd.DataFrame([row], dtype=float))
    value = float(found[score].to_numpy()[0])
    return None if math.isnan(value) else value


def _holds(rule: Requirement, value: str) -> bool:
    if rule.one_of:
        return value in rule.one_of
    number = float(value)
    low = rule.min is None or number >= rule.min
    return low and (rule.max is None or number <= rule.max)


def _bounds(rule: Requirement) -> str:
    if rule.one_of:
        return "one of " + ", ".join(rule.one_of)
    parts = []
    if rule.min is not None:
        parts.append(f"at least {rule.min:g}")
    if rule.max is not None:
        parts.append(f"at most {rule.max:g}")
    return " and ".join(parts)
