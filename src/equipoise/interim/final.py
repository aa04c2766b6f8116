"""The final analysis of a trial with interim analyses, at their actual information."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import exp, inf, log
from typing import Literal

from scipy import special

from equipoise.analyze.multiplicity import decisions
from equipoise.analyze.planned_test import planned_test
from equipoise.analyze.result import Estimate, Results
from equipoise.analyze.run import unadjusted, unblinded
from equipoise.dataset.trialdata import TrialData
from equipoise.design.sequential.actual_information import recalculated
from equipoise.design.sequential.of_protocol import rules, sequential_design, stated
from equipoise.design.sequential.plan import Sequential
from equipoise.design.sequential.stagewise import (
    FinalInference,
    Pivot,
    normal_pivot,
    stagewise,
    t_pivot,
)
from equipoise.errors import DesignError
from equipoise.interim.analysis import decided
from equipoise.interim.maximum import planned_information
from equipoise.interim.observed import Observed, observed
from equipoise.interim.record import (
    Entry,
    NotHeld,
    Recorded,
    all_analyses,
    ended_by,
    held,
)
from equipoise.learn.estimates import with_responders
from equipoise.numerics.rounding import fixed
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

ORDER = (
    "median-unbiased estimate, interval and two-sided P value by the stage-wise order of "
    "outcomes, adjusted for the interim analyses"
)
VERDICTS = {
    "efficacy": "boundary for efficacy crossed",
    "reverse": "boundary crossed in the direction against benefit",
    "futility": "futility boundary crossed",
    "continue": "no boundary crossed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What the analysis found at which a trial ended; effects as reported."""

    z: float
    estimate: float
    std_error: float | None
    df: float | None
    lower: float | None
    upper: float | None
    level: float
    n: int | None


def final_analysis(
    protocol: Protocol,
    data: TrialData,
    record: Sequence[Recorded],
    *,
    blind: Literal["refuse", "dummy"] = "refuse",
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Results:
    """All estimates of a protocol, the primary one adjusted for the interim analyses.

    A trial that crossed a boundary at an interim analysis ended there: its result is that
    of this analysis, as recorded, and the data that came afterwards are only in the
    unadjusted estimate. After a futility boundary that is not binding it is so if the
    final data have no more information. Otherwise the final data are the last analysis,
    which spends the error that is left, whatever its information is.

    Args:
        protocol: with ``[interim]``.
        data: final.
        record: of every interim analysis, from ``interim_analysis``, or why it was not
            held.
        blind: as in ``equipoise.analyze``.
        seed: of a dummy allocation.
        progress: as in ``equipoise.analyze``.

    Returns:
        As ``equipoise.analyze``. The estimate, interval and P value of the primary
        endpoint are those by the stage-wise order; those of the ordinary analysis have
        the same id with ``.unadjusted``. Each analysis adds ``<endpoint>.interim.<k>``
        (``statistic`` is z in the direction of benefit), ``.information.<k>`` and
        ``.boundary.<k>``. The multiplicity procedure uses the adjusted P value.

    Raises:
        DesignError: EQ831, the final data have no more information than the last interim
            analysis; EQ835 to EQ838 as ``interim_analysis``.
        AnalysisError: as ``equipoise.analyze``.

    Source: Jennison and Turnbull 2000, 8.4 and 8.5; ``stagewise``.
    """
    plan, planned_design = stated(protocol), sequential_design(protocol)
    endpoint = protocol.endpoint(plan.endpoint)
    allocation: Literal["actual", "dummy"] = "dummy" if blind == "dummy" else "actual"
    entries = all_analyses(protocol, plan, record, allocation=allocation)
    done = held(entries)
    planned = (
        done[0].planned  # of the first analysis, whatever times are planned now
        if done
        else planned_information(protocol, endpoint, planned_design)
    )
    known = unblinded(protocol, data, blind=blind, seed=seed)
    found = observed(protocol, known, endpoint)
    ended = ended_by(plan, entries[-1]) or _nothing_after_futility(done, found)
    information = [entry.information for entry in done]
    if not ended:
        information.append(found.information)
    efficacy, futility = rules(plan)
    design = recalculated(
        planned_design, efficacy, information, planned,
        futility=futility, final=not ended,
    )  # fmt: skip
    outcome = _recorded(done[-1]) if ended else _of(found)
    inference = _inference(design, outcome, found)
    results = unadjusted(protocol, data, blind=blind, seed=seed, progress=progress)
    rows = _adjusted(results, endpoint, found, inference, outcome, ended=ended)
    last = None if ended else len(plan.analyses)
    rows += _analyses(endpoint, found, design, done, outcome, last=last)
    rows += _not_held(endpoint, found, entries)
    answers = results.answers
    by_id = {row.id: row for row in reversed(rows)}
    tested = {
        name: planned_test(protocol.endpoint(name), answers, by_id) for name in answers
    }
    corrected = {row.id: row for row in decisions(protocol, tested)}
    rows = [corrected.get(row.id, row) for row in rows]
    results = replace(results, estimates=tuple(rows))
    return with_responders(protocol, data, results, progress=progress)


def _nothing_after_futility(done: Sequence[Entry], found: Observed) -> bool:
    """Whether a trial stopped for futility without further information."""
    if not done or done[-1].decision != "futility":
        return False
    return found.information <= done[-1].information


def _recorded(entry: Entry) -> _Outcome:
    return _Outcome(
        z=entry.z,
        estimate=entry.estimate,
        std_error=entry.std_error,
        df=entry.df,
        lower=entry.lower,
        upper=entry.upper,
        level=entry.level or 0.95,
        n=sum(entry.participants.values()),
    )


def _of(found: Observed) -> _Outcome:
    row = found.effect
    return _Outcome(
        z=found.z,
        estimate=float(row.estimate or 0.0),
        std_error=row.std_error,
        df=row.df,
        lower=row.lower,
        upper=row.upper,
        level=row.level or 0.95,
        n=row.n,
    )


def _inference(
    design: Sequential, outcome: _Outcome, found: Observed
) -> FinalInference:
    """P value and interval on the scale of the report; a ratio is not a logarithm."""
    pivot, information = _pivot(outcome, found)
    made = stagewise(design, outcome.z, pivot, information, level=outcome.level)
    ends = [found.benefit * e for e in (made.lower, made.estimate, made.upper)]
    if found.unit == "events":
        ends = [exp(e) for e in ends]
    if found.unit == "participants":
        ends = [min(max(e, -1.0), 1.0) for e in ends]
    low, middle, high = sorted(ends)
    return FinalInference(made.p, middle, low, high)


def _pivot(outcome: _Outcome, found: Observed) -> tuple[Pivot, float]:
    """The test of each effect in the direction of benefit, and its information.

    For means it is that of the t distribution. Otherwise it is normal, with the standard
    error of the ordinary interval towards its lower and towards its upper end, so that
    with one analysis the interval is the ordinary one.
    """
    if found.unit == "1 / squared standard error" and outcome.std_error:
        df = inf if outcome.df is None else outcome.df
        pivot = t_pivot(found.benefit * outcome.estimate, outcome.std_error, df)
        return pivot, outcome.std_error**-2
    ends = (outcome.estimate, outcome.lower, outcome.upper)
    ratio = found.unit == "events"
    known = [e for e in ends if e is not None and (e > 0 or not ratio)]
    if len(known) < 3:
        raise DesignError.single(
            "EQ836",
            "the effect has no interval with two ends, from which that after the interim "
            "analyses is calculated",
            where="data, primary endpoint",
            fix="report the trial without an adjusted interval, by another program",
        )
    scaled = [found.benefit * (log(e) if ratio else e) for e in known]
    middle, (low, high) = scaled[0], sorted(scaled[1:])
    z = float(special.ndtri(0.5 + outcome.level / 2))
    below, above = (middle - low) / z, (high - middle) / z
    return normal_pivot(middle, below, above), (2 / (below + above)) ** 2


def _adjusted(
    results: Results,
    endpoint: Endpoint,
    found: Observed,
    inference: FinalInference,
    outcome: _Outcome,
    *,
    ended: bool,
) -> list[Estimate]:
    """The estimates with the adjusted ones in the place of those of the endpoint."""
    effect, test = found.effect.id, found.test.id
    fisher = f"{endpoint.id}.fisher"
    tests = {test, fisher} if endpoint.analysis.planned == "unstratified" else {test}
    after = (
        "; the trial ended at an interim analysis, and data after it are only in the "
        "unadjusted estimate"
        if ended
        else ""
    )
    rows: list[Estimate] = []
    for row in results.estimates:
        if row.id not in {effect, *tests}:
            rows.append(row)
            continue
        changed = {"p": inference.p if row.id in tests else None}
        if row.id == effect:
            changed |= {
                "estimate": inference.estimate,
                "lower": inference.lower,
                "upper": inference.upper,
                "std_error": None,
                "df": None,
                "n": outcome.n,
            }
        note = "; ".join(t for t in (row.note, f"{ORDER}{after}") if t)
        rows.append(replace(row, **changed, statistic=None, note=note))  # type: ignore[arg-type]
        plain = "; ".join(t for t in (row.note, NOT_ADJUSTED) if t)
        rows.append(
            replace(row, id=f"{row.id}.unadjusted", analysis="unadjusted", note=plain)
        )
    return rows


NOT_ADJUSTED = "not adjusted for the interim analyses"


def _analyses(
    endpoint: Endpoint,
    found: Observed,
    design: Sequential,
    entries: Sequence[Entry],
    outcome: _Outcome,
    *,
    last: int | None,
) -> list[Estimate]:
    """Estimate, information and boundary of every analysis that was held.

    ``last`` is the number of the final analysis; None if an interim analysis ended the
    trial.
    """
    effect = found.effect
    shared = {
        "endpoint": endpoint.id,
        "population": effect.population,
        "visit": effect.visit,
        "contrast": effect.contrast,
    }
    rows: list[Estimate] = []
    for k, (t, upper, lower) in enumerate(
        zip(design.timing, design.upper, design.lower, strict=True), start=1
    ):
        entry = entries[k - 1] if k <= len(entries) else None
        number = entry.analysis if entry else last
        one = outcome if entry is None else _recorded(entry)
        verdict = entry.decision if entry else decided(one.z, float(upper), -inf)
        when = f"cut-off {entry.cutoff}" if entry else "final analysis"
        common = {**shared, "n": one.n}
        rows += [
            Estimate(
                id=f"{endpoint.id}.interim.{number}",
                analysis="interim-analysis",
                estimate=one.estimate,
                std_error=one.std_error,
                df=one.df,
                lower=one.lower,
                upper=one.upper,
                level=one.level,
                statistic=one.z,
                p=found.test.p if entry is None else entry.p,
                note=f"{when}: {VERDICTS[verdict]}; {NOT_ADJUSTED}; the statistic is z "
                "in the direction of benefit",
                **common,  # type: ignore[arg-type]
            ),
            Estimate(
                id=f"{endpoint.id}.information.{number}",
                analysis="information-fraction",
                estimate=float(t),
                note="actual information as a fraction of the planned maximum",
                **common,  # type: ignore[arg-type]
            ),
            Estimate(
                id=f"{endpoint.id}.boundary.{number}",
                analysis="boundary",
                estimate=float(upper) if upper < inf else None,
                note="z that stops for efficacy"
                + ("" if upper < inf else ": none at this analysis")
                + (
                    f"; futility at z {fixed(float(lower), 4)}"
                    if lower > -inf and entry
                    else ""
                ),
                **common,  # type: ignore[arg-type]
            ),
        ]
    return rows


def _not_held(
    endpoint: Endpoint, found: Observed, entries: Sequence[Recorded]
) -> list[Estimate]:
    """A row without numbers for each planned analysis that was not held."""
    return [
        Estimate(
            id=f"{endpoint.id}.interim.{entry.analysis}",
            analysis="interim-analysis",
            endpoint=endpoint.id,
            population=found.effect.population,
            visit=found.effect.visit,
            contrast=found.effect.contrast,
            note=f"decided on {entry.cutoff}: not held ({entry.reason}); no error was "
            "spent at it",
        )
        for entry in entries
        if isinstance(entry, NotHeld)
    ]
