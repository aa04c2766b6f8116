"""For whom does the treatment make the difference? What a trial can and cannot say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.analyze.observed import ratings
from equipoise.analyze.plan import column_of
from equipoise.dataset.derive import baseline
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError, Problem, listing
from equipoise.errors.counted import counted
from equipoise.learn.cross_fitted_gap import Gap, cross_fitted_gap
from equipoise.learn.detectable import Detectable, smallest_interaction
from equipoise.learn.interaction_scores import Floats
from equipoise.learn.joint_test import JointTest, joint_test
from equipoise.learn.predicted_benefit import PredictedBenefit, predicted_benefit
from equipoise.learn.prediction_sample_size import continuous_sample
from equipoise.learn.redrawn import Redrawn, redrawn
from equipoise.learn.rule import Rule, rule
from equipoise.learn.rule_card import card
from equipoise.learn.single_interactions import SingleInteraction, single_interaction
from equipoise.learn.trial_candidates import (
    Column,
    candidate_columns,
    stated_candidates,
)
from equipoise.numerics.rng import stream
from equipoise.protocol.benefit import benefit
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

FEWEST = 10  # participants of an arm
DRAWS = 1999
GAP_DRAWS = 199  # at most, of these
R2 = 0.1  # anticipated, of the smallest sample for a prediction


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate alone.

    Attributes:
        column: of the design.
        found: of a model with the arm and this candidate; None if it cannot be estimated.
        scale: what the estimate is divided by: 1 for a number, whose difference is that
            for one SD; the SD of a level, so that its difference is that between groups.
    """

    column: Column
    found: SingleInteraction | None
    scale: float

    @property
    def interval(self) -> tuple[float, float, float] | None:
        """Difference of the effect and its limits, None if it cannot be estimated."""
        one = self.found
        if one is None or one.lower is None or one.upper is None:
            return None
        return (
            one.estimate / self.scale,
            one.lower / self.scale,
            one.upper / self.scale,
        )


@dataclass(frozen=True, slots=True)
class Responders:
    """What a trial says about who benefits.

    Attributes:
        endpoint: continuous.
        randomized: participants of both arms.
        treated: of these, in the arm of interest.
        n: with an outcome.
        n_treated: of these, in the arm of interest.
        sd: of the outcome within arms, in its units.
        effect: difference of the means of the outcome.
        planned: smallest interaction with all randomized participants.
        detectable: smallest interaction with the participants who have an outcome.
        test: that no candidate changes the effect.
        lines: one for each column.
        gap: difference of the effect between predicted halves.
        predicted: how well the predictions behind it rank and are calibrated.
        excluded: candidates that cannot be analyzed.
        allocations: how the allocation was drawn again.
        needed: smallest sample for a prediction from these columns.
        level: of the intervals.
        worthwhile: difference that the protocol states for this endpoint, or None.
        rule: if all conditions are met; a text if the worthwhile difference puts
            all participants on one side; None if another condition is not met.
    """

    endpoint: Endpoint
    randomized: int
    treated: int
    n: int
    n_treated: int
    sd: float
    effect: float
    planned: Detectable
    detectable: Detectable
    test: JointTest
    lines: tuple[Line, ...]
    gap: Gap
    predicted: PredictedBenefit
    excluded: tuple[Problem, ...]
    allocations: Redrawn
    needed: int
    level: float
    worthwhile: float | None = None
    rule: Rule | str | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why there is no rule."""
        alpha = 1 - self.level
        made = []
        if self.test.p > alpha:
            made.append("the joint test does not show that the effect differs")
        if self.n < self.needed:
            made.append(
                f"a prediction from {counted(len(self.lines), 'column')} needs at least "
                f"{counted(self.needed, 'participant')}, and {self.n} have an outcome"
            )
        if self.gap.lower <= 0:
            made.append("the interval of the cross-fitted gap contains 0 or less")
        if self.worthwhile is None:
            made.append("the protocol states no worthwhile difference of this endpoint")
        elif isinstance(self.rule, str):
            made.append(self.rule)
        return tuple(made)

    @property
    def card(self) -> tuple[tuple[str, str], ...]:
        """The rule as terms and texts; empty without a rule."""
        if not isinstance(self.rule, Rule):
            return ()
        labels = tuple(line.column.label for line in self.lines)
        return card(self.rule, labels, self.unit, self.level)

    @property
    def unit(self) -> str:
        """Of the outcome."""
        percent = self.endpoint.variable.measure == "percent-change"
        return "percent of baseline" if percent else "points"

    @property
    def verdict(self) -> str:
        """Whether there is a rule, and why not."""
        if isinstance(self.rule, Rule):
            return "A rule is given. It comes from one trial and is not confirmed."
        start = (
            "This trial cannot tell who benefits more, and no rule is given"
            if self.test.p > 1 - self.level
            else "No rule is given"
        )
        return f"{start}: {'; '.join(self.reasons)}."


def responders(
    protocol: Protocol,
    data: UnblindedTrialData,
    *,
    endpoint: str | None = None,
    draws: int = DRAWS,
    seed: int = 1,
) -> Responders:
    """The smallest interaction, the joint test, and each candidate.

    The outcome is that of a continuous endpoint at its visit, minus its regression on
    the covariates of the endpoint without the arm. In the joint test a missing value of
    a candidate is the mean of the others, whatever the arm; its own line omits it; for
    the predictions it is the mean of the other folds.

    Args:
        protocol: of the trial.
        data: with arms, actual or dummy.
        endpoint: id; by default the first primary one that is continuous.
        draws: of the allocation.
        seed: of the draws.

    Raises:
        AnalysisError: EQ853, the trial does not allow the analysis.

    Source: joint test: ``joint_test``; one candidate: ``single_interaction``; smallest
    sample: Riley et al. 2019, Stat Med 38:1262-1275.
    """
    chosen = analyzed_endpoint(protocol, endpoint)
    pair = chosen.estimand.treatment
    again = redrawn(
        protocol, data, arm=pair.arm, versus=pair.versus, draws=draws, seed=seed
    )
    table = ratings(protocol, data, chosen)
    table = table[table["visit"] == chosen.variable.at].dropna(subset="outcome")
    outcome_of = table.set_index("participant")["outcome"].astype(float)
    people = [name for name in again.participants if name in outcome_of.index]
    place = np.isin(np.array(again.participants), people)
    arms = data.arm.reindex(list(again.participants)) == pair.arm
    every, treated = arms.to_numpy(bool), arms.to_numpy(bool)[place]
    _enough(treated, chosen)
    stated = stated_candidates(protocol, chosen)
    columns, excluded = candidate_columns(protocol, data, stated, people)
    if not columns or len(people) < len(columns) + 4:
        raise AnalysisError(
            *excluded,
            Problem(
                code="EQ853",
                what=f"{counted(len(columns), 'candidate')} can be analyzed in "
                f"{counted(len(people), 'participant')} with an outcome",
                where=f"{protocol.trial.id}, candidates",
                fix="declare at least one candidate that varies, and fewer than "
                "participants",
            ),
        )
    outcome = np.asarray(outcome_of[people], np.float64)
    start = baseline(data, protocol, chosen.variable.score or "")
    adjusted = _adjusted(data, chosen, start, people, outcome)
    values = np.column_stack([one.filled() for one in columns])
    crossed = cross_fitted_gap(
        adjusted,
        treated,
        np.column_stack([one.values for one in columns]),
        again.treated[:GAP_DRAWS, place],
        stream(seed, "learn", "folds"),
        again.stratum[place],
    )
    level = chosen.analysis.level
    means = outcome[treated].mean(), outcome[~treated].mean()
    made = Responders(
        endpoint=chosen,
        randomized=len(every),
        treated=int(every.sum()),
        n=len(people),
        n_treated=int(treated.sum()),
        sd=_sd_within(outcome, treated),
        effect=float(means[0] - means[1]),
        planned=smallest_interaction(len(every), treated=float(every.mean())),
        detectable=smallest_interaction(len(people), treated=float(treated.mean())),
        test=joint_test(adjusted, treated, values, again.treated[:, place]),
        lines=tuple(_line(one, adjusted, treated, level) for one in columns),
        gap=crossed.gap,
        predicted=predicted_benefit(crossed, benefit(protocol, chosen)),
        excluded=tuple(excluded),
        allocations=again,
        needed=continuous_sample(R2, 2 * len(columns) + 1).n,
        level=level,
        worthwhile=_worthwhile(protocol, chosen),
    )
    if made.reasons or made.worthwhile is None:
        return made
    known = np.column_stack([one.values for one in columns])
    sign = benefit(protocol, chosen)
    found = rule(crossed, known, made.worthwhile, sign, level=level)
    return replace(made, rule=found)


def _worthwhile(protocol: Protocol, endpoint: Endpoint) -> float | None:
    stated = protocol.worthwhile
    return stated.difference if stated and stated.endpoint == endpoint.id else None


def analyzed_endpoint(protocol: Protocol, name: str | None = None) -> Endpoint:
    """The continuous endpoint with this id, or by default the first primary one.

    Raises:
        AnalysisError: EQ853, it is not continuous, or none is.
    """
    known = {one.id: one for one in protocol.endpoints if one.type == "continuous"}
    primary = [one.id for one in known.values() if one.level == "primary"]
    wanted = name if name is not None else next(iter([*primary, *known]), None)
    if wanted in known:
        return known[wanted]
    raise AnalysisError.single(
        "EQ853",
        f"{name!r} is not a continuous endpoint"
        if name
        else "no endpoint is continuous",
        where=f"{protocol.trial.id}, endpoints",
        fix=f"name one of: {listing(known)}"
        if known
        else "state a continuous endpoint",
    )


def _enough(treated: NDArray[np.bool_], endpoint: Endpoint) -> None:
    pair = endpoint.estimand.treatment
    for arm, count in ((pair.arm, treated.sum()), (pair.versus, (~treated).sum())):
        if count < FEWEST:
            raise AnalysisError.single(
                "EQ853",
                f"{counted(int(count), 'participant')} of {arm!r} with an outcome at "
                f"{endpoint.variable.at!r}: with fewer than {FEWEST} in an arm nothing "
                "can be concluded about differences of the effect",
                where=f"endpoint {endpoint.id}, arm {arm}",
                fix="wait for more participants, or choose another endpoint",
            )


def _adjusted(
    data: UnblindedTrialData,
    endpoint: Endpoint,
    start: pd.Series[Any],
    people: list[str],
    outcome: Floats,
) -> Floats:
    """Residuals from the covariates of the endpoint, without the arm."""
    known = data.participants.set_index("participant").reindex(people)
    parts = []
    for name in endpoint.analysis.covariates:
        value = start.reindex(people) if name == "baseline" else known[column_of(name)]
        if pd.api.types.is_numeric_dtype(value):
            parts.append(pd.DataFrame(value).astype(float))
        else:
            dummies = pd.get_dummies(value.astype(str), drop_first=True)
            parts.append(dummies.astype(float))
    if not parts:
        return outcome
    table = pd.concat(parts, axis=1)
    design = table.fillna(table.mean()).to_numpy(float)
    design = np.column_stack([np.ones(len(people)), design])
    fitted = design @ np.linalg.lstsq(design, outcome, rcond=None)[0]
    return np.asarray(outcome - fitted)


def _sd_within(outcome: Floats, treated: NDArray[np.bool_]) -> float:
    parts = outcome[treated], outcome[~treated]
    total = sum(float(((part - part.mean()) ** 2).sum()) for part in parts)
    return float(np.sqrt(total / (len(outcome) - 2)))


def _line(
    column: Column, outcome: Floats, treated: NDArray[np.bool_], level: float
) -> Line:
    known = ~np.isnan(column.values)
    values = column.values[known]
    scale = 1.0 if column.level is None else float(values.std(ddof=1))
    try:
        found = single_interaction(outcome[known], treated[known], values, level=level)
    except ValueError:
        return Line(column, None, scale)
    return Line(column, found, scale)
