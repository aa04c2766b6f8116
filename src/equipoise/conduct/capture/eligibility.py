"""Whether somebody may take part: each criterion, worked out or attested to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from equipoise.conduct.capture.current import Current
from equipoise.conduct.forms.wording import short
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
        form: form that it comes from, at ``visit``.
        value: what was measured, in words, for who may read the form; empty for what is
            attested, or not known.
    """

    criterion: Criterion
    met: bool | None
    reason: str
    form: str
    visit: str = ""
    value: str = ""

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
        return _attested(known, criterion)
    if rule.characteristic is not None:
        return _by_characteristic(protocol, known, criterion, rule)
    return _by_score(protocol, known, criterion, rule)


def _attested(known: Current, criterion: Criterion) -> Judged:
    form = "eligibility"
    met, reason = None, "an investigator has not signed the eligibility form"
    if known.is_complete(form):
        answer = known.answers(form).get(criterion.id)
        met = None if answer is None else answer == "yes"
        name, at = known.signed_by.get((form, "", None), ("", None))
        reason = f"attested by {name} on {at:%Y-%m-%d}" if at else "attested"
        if answer is None:
            reason = "the eligibility form has no answer"
    return Judged(criterion=criterion, met=met, reason=reason, form=form)


def _by_characteristic(
    protocol: Protocol, known: Current, criterion: Criterion, rule: Requirement
) -> Judged:
    form, name = "characteristics", rule.characteristic or ""
    of = next(c for c in protocol.characteristics if c.id == name)
    value = known.answers(form).get(name)
    if value is None or not known.is_complete(form):
        reason = f"{of.label} is not recorded on a complete form"
        return Judged(criterion=criterion, met=None, reason=reason, form=form)
    words = f"{of.label} {of.labels.get(value, value)} {of.unit or ''}".strip()
    return Judged(
        criterion=criterion,
        met=_holds(rule, value),
        reason=f"from {of.label}, {_bounds(rule, of.labels)}",
        form=form,
        value=words,
    )


def _by_score(
    protocol: Protocol, known: Current, criterion: Criterion, rule: Requirement
) -> Judged:
    name, visit = rule.score or "", rule.visit or ""
    scale, _, score = name.partition(".")
    instrument = protocol.scales[scale]
    what = f"{short(instrument.name)} {instrument.scores[score].label.lower()}"
    when = protocol.schedule.visit(visit).label
    value = _score(protocol, known, name, visit)
    form = f"instrument:{scale}"
    if value is None:
        reason = f"{what} at {when} is not known from a complete form"
        return Judged(
            criterion=criterion, met=None, reason=reason, form=form, visit=visit
        )
    return Judged(
        criterion=criterion,
        met=_holds(rule, f"{value}"),
        reason=f"from {what} at {when}, {_bounds(rule)}",
        form=form,
        visit=visit,
        value=f"{what} {value:g}",
    )


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


def _bounds(rule: Requirement, labels: Mapping[str, str] | None = None) -> str:
    if rule.one_of:
        return "one of " + ", ".join((labels or {}).get(v, v) for v in rule.one_of)
    parts = []
    if rule.min is not None:
        parts.append(f"at least {rule.min:g}")
    if rule.max is not None:
        parts.append(f"at most {rule.max:g}")
    return " and ".join(parts)
