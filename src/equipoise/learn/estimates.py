"""What a trial says about who benefits, as estimates of ``results.json``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Literal

from equipoise.analyze.result import Estimate, Results
from equipoise.analyze.run import unblinded
from equipoise.dataset.trialdata import TrialData
from equipoise.errors import AnalysisError
from equipoise.learn.predicted_benefit import Compared
from equipoise.learn.responders import Responders, responders
from equipoise.learn.rule import Rule
from equipoise.numerics.rounding import fixed
from equipoise.protocol.candidates import Candidate
from equipoise.protocol.model import Protocol

TOPIC = "responders"
SEED = 1  # of `equipoise learn responders`, so that the report has the same numbers
POWER = "80% power, two-sided error 5%"


def with_responders(
    protocol: Protocol,
    data: TrialData,
    results: Results,
    *,
    progress: Callable[[str], None] | None = None,
) -> Results:
    """The results with those about the candidates of the protocol.

    Args:
        protocol: without ``[[candidates]]``, the results are returned as they are.
        data: that were analyzed.
        results: of the planned analysis; their dummy allocation, if any, is used.
        progress: called with what is done.

    Returns:
        Estimates of the topic ``responders``. A trial that does not allow the analysis
        has one estimate, which states the reason.
    """
    if not protocol.candidates:
        return results
    if progress is not None:
        progress("candidates for a difference of the effect")
    known = results.provenance
    blind: Literal["dummy", "refuse"] = (
        "dummy" if known.allocation == "dummy" else "refuse"
    )
    arms = unblinded(protocol, data, blind=blind, seed=known.seed or 0)
    try:
        made = estimates(responders(protocol, arms, seed=SEED))
    except AnalysisError as refusal:
        why = "; ".join(one.what for one in refusal.problems)
        made = (_not_analyzed(protocol, f"cannot be analyzed: {why}"),)
    return replace(results, estimates=(*results.estimates, *made))


def estimates(found: Responders) -> tuple[Estimate, ...]:
    """The numbers of ``equipoise learn responders``, never rounded.

    Args:
        found: by ``responders``.

    Returns:
        In the order of reading, with the id ``responders.`` and: ``randomized`` and
        ``rated`` (smallest interaction, in SD), ``sd`` and ``effect`` of the outcome,
        ``joint`` (``std_error``: Monte Carlo error of p), ``candidate.<name>`` (for one
        SD of a number, between groups of a category), ``excluded.<k>``, ``gap``, ``autoc``,
        ``qini``, ``concordance``, ``slope``, ``predicted.<k>``, ``observed.<k>`` (benefit
        by third of predicted benefit, lowest first), ``rule.treated``
        and ``rule.others`` (benefit, with a rule), ``rule`` (no estimate: the note says
        why there is none).
    """
    row = partial(_row, found)
    least = "detectable-interaction"
    test, gap = found.test, found.gap
    again = found.allocations
    order = "" if again.ordered else ", participants in the order of the data"
    return (
        row(f"{TOPIC}.randomized", least, estimate=found.planned.halves, n=found.randomized,
            note=POWER),
        row(f"{TOPIC}.rated", least, estimate=found.detectable.halves, n=found.n,
            note=POWER),
        row(f"{TOPIC}.sd", "sd", estimate=found.sd, n=found.n, note="within arms"),
        row(f"{TOPIC}.effect", "unadjusted-difference", estimate=found.effect, n=found.n),
        row(f"{TOPIC}.joint", "joint-interaction-test", p=test.p, std_error=test.std_error,
            n=test.n, note=f"{test.draws} allocations drawn again ({again.method}{order}), "
            f"seed {SEED}; the standard error is the Monte Carlo error of P"),
        *_candidates(found),
        *(row(f"{TOPIC}.excluded.{k}", "excluded-candidate", note=one.what)
          for k, one in enumerate(found.excluded, 1)),
        row(f"{TOPIC}.gap", "cross-fitted-gap", estimate=gap.estimate, lower=gap.lower,
            upper=gap.upper, level=0.95, p=gap.p, n=found.n,
            note=f"one-sided P of {gap.draws} allocations drawn again"),
        *_ranking(found),
        *_groups(found),
        row(f"{TOPIC}.rule", "rule", n=found.n, note=_said(found)),
    )  # fmt: skip


def _said(found: Responders) -> str:
    return " ".join([found.verdict, *(f"{term}: {text}." for term, text in found.card)])


def _groups(found: Responders) -> Iterator[Estimate]:
    """Benefit in both groups of a rule."""
    if not isinstance(found.rule, Rule):
        return
    for name, group in (("treated", found.rule.treated), ("others", found.rule.others)):
        yield _row(
            found, f"{TOPIC}.rule.{name}", "rule-benefit", estimate=group.benefit,
            lower=group.lower, upper=group.upper, level=found.level, n=group.n,
            note="in the direction of benefit; predicted from other participants",
        )  # fmt: skip


def _ranking(found: Responders) -> Iterator[Estimate]:
    """Numbers of the predictions; the range without heterogeneity is in the note."""
    one, gap = found.predicted, found.gap

    def compared(name: str, analysis: str, values: Compared, k: int) -> Estimate:
        low, high = (fixed(limit[k], 4) for limit in (values.lower, values.upper))
        return _row(
            found, f"{TOPIC}.{name}", analysis,
            estimate=float(values.value[k]), p=float(values.p[k]), n=found.n,
            note=f"without heterogeneity: {low} to {high} in 95% of {gap.draws} "
            "allocations drawn again; one-sided P of these",
        )  # fmt: skip

    yield compared("autoc", "autoc", one.areas, 0)
    yield compared("qini", "qini", one.areas, 1)
    yield compared("concordance", "c-for-benefit", one.concordance, 0)
    yield compared("slope", "calibration-slope", one.slope, 0)
    for k, value in enumerate(one.predicted):
        name, kind = f"{TOPIC}.predicted.{k + 1}", "predicted-benefit"
        yield _row(found, name, kind, estimate=float(value))
        yield compared(f"observed.{k + 1}", "observed-benefit", one.observed, k)


def candidate_id(candidate: Candidate, level: str | None = None) -> str:
    """The id of the estimate of a candidate, or of one of its levels."""
    parts = (TOPIC, "candidate", candidate.name, candidate.visit, level)
    return ".".join(re.sub(r"\s+", "-", part) for part in parts if part)


def _candidates(found: Responders) -> Iterator[Estimate]:
    for line in found.lines:
        column, one = line.column, line.found
        limits = line.interval or (None, None, None)
        standing = "post hoc" if column.post_hoc else "declared"
        name = candidate_id(column.candidate, column.level)
        yield _row(
            found,
            name,
            "candidate-interaction",
            estimate=limits[0],
            lower=limits[1],
            upper=limits[2],
            level=found.level,
            df=None if one is None else float(one.df),
            p=None if one is None else one.p,
            n=found.n - line.column.missing,
            note=f"{column.label}; {standing}"
            if line.interval is not None
            else f"{column.label}; {standing}; cannot be estimated: too few in an arm",
        )
        if column.level is None:
            known = found.n - column.missing
            yield _row(found, f"{name}.sd", "sd", estimate=column.sd, n=known)


def _row(found: Responders, name: str, analysis: str, **numbers: object) -> Estimate:
    pair = found.endpoint.estimand.treatment
    return Estimate(
        id=name,
        endpoint=TOPIC,
        analysis=analysis,
        population=found.endpoint.estimand.population,
        visit=found.endpoint.variable.at,
        contrast=f"{pair.arm} - {pair.versus}",
        **numbers,  # type: ignore[arg-type]
    )


def _not_analyzed(protocol: Protocol, why: str) -> Estimate:
    first = protocol.endpoints[0].estimand.population
    return Estimate(
        id=f"{TOPIC}.rule", endpoint=TOPIC, analysis="rule", population=first, note=why
    )
