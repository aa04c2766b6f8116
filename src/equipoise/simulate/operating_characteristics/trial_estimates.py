"""The answers of one brief trial: the same digits as its full analysis gives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.analyze.continuous.sparse_visits import VisitRule
from equipoise.analyze.plan import formula, visits
from equipoise.errors import AnalysisError, SimulationError
from equipoise.protocol.estimand import Definition, Endpoint, Strategy
from equipoise.protocol.model import Protocol
from equipoise.simulate.operating_characteristics.efficacy_only import Brief
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.scenario import Scenario
from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.template import Template
from equipoise.stats.proportions.risk_difference import fisher

NEW_TREATMENT = "new-treatment"
HALF = 0.5 + 1e-9
FIELDS = ("estimate", "std_error", "df", "lower", "upper", "p", "first", "second")


@dataclass(frozen=True)
class Question:
    """What is asked of each trial.

    Attributes:
        endpoints: that a brief trial can answer.
        instruments: of the scenario, in the order of the scores.
    """

    protocol: Protocol
    endpoints: tuple[Endpoint, ...]
    instruments: tuple[str, ...]

    @cached_property
    def templates(self) -> dict[str, Template | None]:
        """Models of the continuous endpoints, made once."""
        return {
            endpoint.id: _template(self, endpoint)
            for endpoint in self.endpoints
            if endpoint.type == "continuous"
        }

    @cached_property
    def places(self) -> dict[str, int]:
        """Index of each visit."""
        return {v.id: k for k, v in enumerate(self.protocol.schedule.visits)}

    def place(self, visit: str | None) -> int:
        """Index of a visit."""
        return self.places[str(visit)]

    def score(self, brief: Brief, name: str, visit: str | None) -> Floats:
        """A score at a visit, n; NaN where not rated."""
        k = self.instruments.index(name.partition(".")[0])
        return brief.scores[:, self.place(visit), k]


def question(
    protocol: Protocol, scenario: Scenario, wanted: tuple[str, ...] = ()
) -> Question:
    """The endpoints that brief trials answer.

    Args:
        protocol: checked.
        scenario: that fits it.
        wanted: ids of endpoints; none for the primary and every binary or time-to-event
            endpoint that is not exploratory, on a score that the scenario states.

    Raises:
        SimulationError: EQ641, an endpoint cannot be answered: it is of another type, or
            on a score that only the items give.
    """
    stated = {f"{course.instrument}.{course.score}" for course in scenario.courses}
    able = [e for e in protocol.endpoints if _able(protocol, e, stated)]
    chosen = able
    if wanted:
        unable = [name for name in wanted if name not in {e.id for e in able}]
        if unable:
            raise SimulationError.single(
                "EQ641",
                f"many trials cannot be asked for {', '.join(unable)}",
                where="simulate, endpoints",
                mend=f"use: {', '.join(e.id for e in able)}; others need whole trials",
            )
        chosen = [e for e in able if e.id in wanted]
    else:
        chosen = [
            e
            for e in able
            if e.level == "primary"
            or (e.type != "continuous" and e.level != "exploratory")
        ]
    names = tuple(course.instrument for course in scenario.courses)
    return Question(protocol, tuple(chosen), names)


def answers(asked: Question, brief: Brief) -> Floats:
    """Estimates of every endpoint: endpoints x ``FIELDS``, NaN where there is none.

    For a continuous endpoint the mixed model; for a binary one the risk difference,
    Fisher's p, and ``first`` and ``second``, the proportions; for a time to event the
    medians of both arms and their difference.
    """
    made = np.full((len(asked.endpoints), len(FIELDS)), np.nan)
    for row, endpoint in zip(made, asked.endpoints, strict=True):
        if endpoint.type == "continuous":
            row[:] = _continuous(asked, endpoint, brief)
        elif endpoint.type == "binary":
            row[:] = _binary(asked, endpoint, brief)
        else:
            row[:] = _time(asked, endpoint, brief)
    return made


def _able(protocol: Protocol, endpoint: Endpoint, stated: set[str]) -> bool:
    named = {event.milestone for event in endpoint.estimand.intercurrent}
    handled = named <= {NEW_TREATMENT, "treatment-discontinued"}
    plain = protocol.analysis_set(endpoint.estimand.population)
    if plain.exposed or plain.assessed or not handled:
        return False
    if endpoint.type == "continuous":
        own = set(endpoint.analysis.covariates) <= {"baseline"}
        return endpoint.variable.score in stated and own
    if endpoint.type not in ("binary", "time-to-event"):
        return False
    rule = protocol.definition(str(endpoint.variable.definition))
    if rule.of is not None:
        rule = protocol.definition(rule.of)
    return rule.score in stated


def _pair(asked: Question, endpoint: Endpoint) -> tuple[int, int]:
    arms = [arm.id for arm in asked.protocol.arms]
    pair = endpoint.estimand.treatment
    return arms.index(pair.arm), arms.index(pair.versus)


def _strategy(endpoint: Endpoint) -> Strategy:
    return next(
        (
            event.strategy
            for event in endpoint.estimand.intercurrent
            if event.milestone == NEW_TREATMENT
        ),
        "treatment policy",
    )


def _continuous(asked: Question, endpoint: Endpoint, brief: Brief) -> list[float]:
    protocol, how = asked.protocol, endpoint.analysis
    order = visits(protocol, endpoint)
    name = str(endpoint.variable.score)
    start = asked.score(brief, name, protocol.schedule.baseline)
    value = np.column_stack([asked.score(brief, name, visit) for visit in order])
    if _strategy(endpoint) == "hypothetical":
        day = brief.day[:, [asked.place(visit) for visit in order]]
        value = np.where(day <= brief.new_treatment[:, None], value, np.nan)
    change = value - start[:, None]
    outcome = {
        "value": value,
        "change": change,
        "percent-change": 100 * change / np.where(start == 0, np.nan, start)[:, None],
    }[endpoint.variable.measure]
    whole = ~np.isnan(outcome) & ~np.isnan(start)[:, None]
    person, visit = np.nonzero(whole)
    y, base, arm = outcome[whole], start[person], brief.arm[person]
    template = asked.templates[endpoint.id]
    if template is not None and _enough(endpoint, whole):
        first, second = _pair(asked, endpoint)
        place = np.zeros(len(protocol.arms), dtype=np.intp)
        place[_arm_order(asked, endpoint)] = np.arange(len(protocol.arms))
        people = np.unique(person, return_inverse=True)[1].astype(np.intp)
        found = template.fit(
            {"arm": place[arm], "visit": visit.astype(np.intp)},
            {"baseline": base},
            y,
            people,
            visit.astype(np.intp),
        )
        if found is not None:
            return [*(found[field] for field in FIELDS[:6]), np.nan, np.nan]
    frame = pd.DataFrame(
        {
            "participant": person,
            "arm": pd.Categorical(arm, categories=_arm_order(asked, endpoint)),
            "visit": pd.Categorical(visit, categories=range(len(order))),
            "baseline": base,
            "outcome": y,
        }
    )
    first, second = _pair(asked, endpoint)
    at = order.index(str(endpoint.variable.at))
    rule = VisitRule(str(at), how.covariance, len(how.by_visit))
    kept, _ = rule.apply(frame, tuple(str(k) for k in range(len(order))))
    if rule.shortage(frame, kept) is not None:
        return [np.nan] * len(FIELDS)
    frame = frame[frame["visit"].isin([int(k) for k in kept])]
    try:
        fit = mmrm(formula(endpoint, len(kept)), frame, df=how.df, vcov=how.vcov)
        by = "visit" if len(fit.visits) > 1 else None
        table = fit.contrasts("arm", by=by, reference=second, level=how.level)
    except AnalysisError:
        return [np.nan] * len(FIELDS)
    rows = table[table["contrast"] == f"{first} - {second}"]
    if by is not None:
        rows = rows[rows["visit"] == at]
    if rows.empty:
        return [np.nan] * len(FIELDS)
    return [*(float(rows.iloc[0][name]) for name in FIELDS[:6]), np.nan, np.nan]


def _enough(endpoint: Endpoint, rated: NDArray[np.bool_]) -> bool:
    """Whether every visit is in the model, if both arms were rated at each.

    Args:
        endpoint: continuous.
        rated: participants x visits.
    """
    how = endpoint.analysis
    rule = VisitRule(str(endpoint.variable.at), how.covariance, len(how.by_visit))
    shared = rated.T.astype(int) @ rated
    T = rated.shape[1]
    alone = int(np.diag(shared).min()) >= rule.needed(2, T)
    return alone and (T < 2 or int(shared.min()) >= rule.needed(2, 2))


def _arm_order(asked: Question, endpoint: Endpoint) -> list[int]:
    """Arms with that of comparison first."""
    second = _pair(asked, endpoint)[1]
    others = [k for k in range(len(asked.protocol.arms)) if k != second]
    return [second, *others]


def _template(asked: Question, endpoint: Endpoint) -> Template | None:
    """The form of the model, where the fast way has it; else None."""
    how, order = endpoint.analysis, visits(asked.protocol, endpoint)
    plain = (how.covariance, how.df, how.vcov, how.level)
    if len(order) < 2 or plain != ("us", "satterthwaite", "model", 0.95):
        return None
    first, second = _pair(asked, endpoint)
    return Template.of(
        formula(endpoint, len(order)),
        {
            "arm": tuple(_arm_order(asked, endpoint)),
            "visit": tuple(range(len(order))),
        },
        how.covariates,
        {
            "factor": "arm",
            "a": first,
            "b": second,
            "by": "visit",
            "at": order.index(str(endpoint.variable.at)),
        },
    )


def _holds(rule: Definition, value: Floats, start: Floats, better: str) -> Floats:
    """1 where a definition holds, 0 where not, NaN where it cannot be known."""
    threshold = float(rule.threshold or 0)
    improved = (start - value) * (1 if better == "lower" else -1)
    with np.errstate(invalid="ignore"):
        if rule.rule == "percent-reduction":
            met, known = improved * 100 >= threshold * start, start > 0
            known &= ~np.isnan(improved)
        elif rule.rule == "points-reduction":
            met, known = improved >= threshold, ~np.isnan(improved)
        elif rule.rule == "at-most":
            met, known = value <= threshold, ~np.isnan(value)
        else:
            met, known = value >= threshold, ~np.isnan(value)
    return np.where(known, met.astype(float), np.nan)


def _state(asked: Question, rule: Definition, brief: Brief, visit: str) -> Floats:
    name = str(rule.score)
    start = asked.score(brief, name, asked.protocol.schedule.baseline)
    value = asked.score(brief, name, visit)
    return _holds(rule, value, start, asked.protocol.better(name))


def _binary(asked: Question, endpoint: Endpoint, brief: Brief) -> list[float]:
    rule = asked.protocol.definition(str(endpoint.variable.definition))
    at = str(endpoint.variable.at)
    held = _state(asked, rule, brief, at)
    day, strategy = brief.day[:, asked.place(at)], _strategy(endpoint)
    if strategy == "hypothetical":
        held = np.where(brief.new_treatment < day, np.nan, held)
    elif strategy == "composite":
        held = np.where(brief.new_treatment <= day, 0.0, held)
    counts = []
    for k in _pair(asked, endpoint):
        own = held[brief.arm == k]
        known = int((~np.isnan(own)).sum())
        failure = endpoint.analysis.missing == "failure" and known > 0
        counts.append((int(np.nansum(own)), len(own) if failure else known))
    (x1, n1), (x2, n2) = counts
    if not n1 or not n2:
        return [np.nan] * len(FIELDS)
    p, q = x1 / n1, x2 / n2
    return [p - q, np.nan, np.nan, np.nan, np.nan, _fisher(x1, n1, x2, n2), p, q]


@cache
def _fisher(x1: int, n1: int, x2: int, n2: int) -> float:
    """The same few tables come again and again."""
    return fisher(x1, n1, x2, n2)


def _time(asked: Question, endpoint: Endpoint, brief: Brief) -> list[float]:
    loss = asked.protocol.definition(str(endpoint.variable.definition))
    rule = asked.protocol.definition(str(loss.of))
    later = [v.id for v in asked.protocol.schedule.visits][asked.place(loss.at) :]
    state = np.column_stack([_state(asked, rule, brief, visit) for visit in later])
    at_risk = state[:, 0] == 1
    state, day = state[at_risk], brief.day[at_risk][:, asked.place(loss.at) :]
    arm, new = brief.arm[at_risk], brief.new_treatment[at_risk]
    time, event = _first_loss(state, day)
    start = day[:, 0]
    strategy = _strategy(endpoint)
    kept = np.ones(len(arm), dtype=bool)
    if strategy == "composite":
        kept = ~(new <= start)
        sooner = np.isfinite(new) & ((new <= time) | ~event)
        time, event = np.where(sooner, new, time), event | sooner
    elif strategy == "hypothetical":
        kept = ~(new < start)
        ended = new < time
        time, event = np.where(ended, new, time), event & ~ended
    time = time - start
    medians = [
        _median(time[kept & (arm == k)], event[kept & (arm == k)])
        for k in _pair(asked, endpoint)
    ]
    rest = [np.nan] * 5
    return [medians[0] - medians[1], *rest, *medians]


def _first_loss(state: Floats, day: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Day of the first visit at which the state is lost, else of the last that held."""
    lost = state == 0
    event = lost.any(axis=1)
    first = np.where(event, lost.argmax(axis=1), state.shape[1])
    before = np.arange(state.shape[1]) < first[:, None]
    kept = (state == 1) & before
    last = state.shape[1] - 1 - kept[:, ::-1].argmax(axis=1)
    person = np.arange(len(state))
    return np.where(event, day[person, first * event], day[person, last]), event


def _median(time: Floats, event: NDArray[np.bool_]) -> float:
    """Kaplan and Meier's median, in the middle of a step that lies on one half."""
    at = np.unique(time[event])
    n = np.array([(time >= t).sum() for t in at], dtype=float)
    d = np.array([((time == t) & event).sum() for t in at], dtype=float)
    S = np.cumprod(1 - d / n) if len(at) else np.ones(0)
    below = np.flatnonzero(S <= HALF)
    if not len(below):
        return float("nan")
    first = below[0]
    if abs(S[first] - 0.5) <= 1e-9 and len(below) > 1:
        return float((at[first] + at[below[1]]) / 2)
    return float(at[first])
