"""The estimate of the primary endpoint at an analysis, its z and its information."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Literal

import numpy as np
from scipy import special, stats

from equipoise.analyze.planned_test import planned_test
from equipoise.analyze.result import Estimate
from equipoise.analyze.run import METHODS
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError, DesignError
from equipoise.protocol.benefit import benefit
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

MOST_Z = 30.0  # a z beyond any trial: P values below 5e-198 count as that
# With 10 degrees of freedom the estimated information still varies by nearly a half; with
# one or two, four participants can seem to have more information than a whole trial.
FEWEST_DF = 10
LATER = "analyze at a later cut-off, with more participants"
Unit = Literal["1 / squared standard error", "participants", "events"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What an analysis found.

    Attributes:
        z: of the planned test, from its P value; positive in the direction of benefit.
        information: actual, in ``unit``.
        unit: of the information.
        effect: difference of means or of proportions, or hazard ratio, with its standard
            error (of the logarithm of a ratio), interval and two-sided P value.
        test: the estimate of the planned test; the same as ``effect`` except for a time
            to an event.
        included: participants of each arm in the analysis, by arm id.
        analyzed: of those, participants with data in the estimate; None if not counted.
        benefit: 1 if a higher effect is a benefit, -1 if a lower one is.
    """

    z: float
    information: float
    unit: Unit
    effect: Estimate
    test: Estimate
    included: dict[str, int]
    analyzed: dict[str, int | None]
    benefit: Literal[-1, 1]

    def at_boundary(self, z: float) -> float | None:
        """The effect at which this analysis would have a z, with its standard error.

        For a difference of means by the t distribution, for a hazard ratio on the
        logarithmic scale; None without a standard error (proportions), or z at infinity.
        """
        error, df = self.effect.std_error, self.effect.df
        if error is None or not np.isfinite(z):
            return None
        if self.unit == "events":
            return exp(self.benefit * z * error)
        t = float(stats.t.ppf(special.ndtr(z), np.inf if df is None else df))
        return self.benefit * t * error


def observed(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> Observed:
    """The primary endpoint in data at a cut-off, analyzed as in the final analysis.

    Args:
        protocol: with ``[interim]``.
        data: as ``at_cutoff`` gives them.
        endpoint: of ``[interim]``.

    Returns:
        The information is 1 / squared standard error of a difference of means, the
        number of participants in the test of two proportions, and the number of events.

    Raises:
        DesignError: EQ836, an arm has no participants, the endpoint has no estimate, or
            its standard error has fewer than ``FEWEST_DF`` degrees of freedom.
        AnalysisError: as ``equipoise.analyze``.
    """
    pair = endpoint.estimand.treatment
    counts = data.arm.value_counts()
    included = {arm: int(counts.get(arm, 0)) for arm in (pair.arm, pair.versus)}
    empty = [protocol.arm(arm).label for arm, n in included.items() if not n]
    if empty:
        raise _not_possible(
            f"no participant of {' or '.join(empty)} has reached the endpoint at the "
            "cut-off",
            "check the cut-off date and the arms in the data",
        )
    try:
        rows = METHODS[endpoint.type](protocol, data, endpoint)
    except AnalysisError as error:
        if error.code not in ("EQ404", "EQ405", "EQ406"):
            raise
        raise _not_possible(error.problems[0].what, LATER) from error
    by_id = {row.id: row for row in rows}
    test = planned_test(endpoint, {endpoint.id: rows[0].id}, by_id)
    timed = endpoint.type == "time-to-event"
    effect = by_id[f"{endpoint.id}.hazard-ratio"] if timed else rows[0]
    if test.p is None or effect.estimate is None:
        reason = test.note or effect.note or "there is no estimate"
        raise _not_possible(f"{endpoint.label}: {reason}", LATER)
    sign = benefit(protocol, endpoint)
    away = np.log(effect.estimate) if timed else effect.estimate
    z = float(np.sign(away) * sign * min(-special.ndtri(test.p / 2), MOST_Z))
    unit, information, name = _information(endpoint, effect, by_id)
    analyzed = {
        arm: by_id[name.format(arm=arm)].n if name.format(arm=arm) in by_id else None
        for arm in included
    }
    return Observed(
        z=z + 0.0,  # no negative zero
        information=information,
        unit=unit,
        effect=effect,
        test=test,
        included=included,
        analyzed=analyzed,
        benefit=sign,
    )


def _information(
    endpoint: Endpoint, effect: Estimate, rows: dict[str, Estimate]
) -> tuple[Unit, float, str]:
    """Unit, information, and the id of the estimate that counts an arm."""
    pair, start = endpoint.estimand.treatment, endpoint.id
    if endpoint.type == "continuous":
        if not effect.std_error:
            raise _not_possible("the difference has no standard error", LATER)
        if effect.df is not None and effect.df < FEWEST_DF:
            raise _not_possible(
                f"the standard error has {effect.df:.1f} degrees of freedom, and the "
                f"information that follows from it needs {FEWEST_DF}",
                LATER,
            )
        at = endpoint.variable.at
        name = f"{start}.ls-mean.{at}.{{arm}}"
        return "1 / squared standard error", effect.std_error**-2, name
    if endpoint.type == "binary":
        return "participants", float(effect.n or 0), f"{start}.proportion.{{arm}}"
    name = f"{start}.events.{{arm}}"
    events = sum(
        rows[name.format(arm=a)].estimate or 0.0 for a in (pair.arm, pair.versus)
    )
    return "events", float(events), name


def _not_possible(what: str, fix: str) -> DesignError:
    return DesignError.single("EQ836", what, where="data, interim analysis", fix=fix)
