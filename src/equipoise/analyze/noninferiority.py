"""Non-inferiority: the difference and its interval against the margin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from scipy import stats

from equipoise.analyze.binary.estimates import outcomes
from equipoise.analyze.binary.intercurrent_events import counted
from equipoise.analyze.result import Estimate
from equipoise.analyze.strata import stratum_of
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.margin import (
    difference_at_margin,
    margin_text,
    one_sided_error,
)
from equipoise.protocol.model import Protocol
from equipoise.stats.options import Alternative
from equipoise.stats.proportions import (
    counts_by_stratum,
    risk_difference_test,
    stratified_risk_difference,
)

Verdict = Literal["non-inferior", "inferior", "inconclusive"]
WORDS: dict[Verdict, str] = {
    "non-inferior": "non-inferior: the interval excludes the margin",
    "inferior": "inferior by more than the margin: the whole interval is beyond it",
    "inconclusive": "non-inferiority not shown: the interval includes the margin",
}


@dataclass(frozen=True, slots=True)
class Margin:
    """A margin as a difference, and where the benefit is.

    Attributes:
        null: difference at the margin, in the unit of the estimate.
        alternative: ``less`` where a lower difference is a benefit.
        error: one-sided type I error.
    """

    null: float
    alternative: Alternative
    error: float

    @classmethod
    def of(cls, protocol: Protocol, endpoint: Endpoint) -> Margin | None:
        """The margin of an endpoint; None without one."""
        null = difference_at_margin(protocol, endpoint)
        if null is None:
            return None
        return cls(null, "less" if null > 0 else "greater", one_sided_error(endpoint))

    def verdict(self, lower: float, upper: float) -> Verdict:
        """What an interval shows; a limit at the margin does not exclude it.

        Source: Piaggio et al. 2012, JAMA 308:2594-2604 (CONSORT), figure 1.
        """
        if self.alternative == "less":
            lower, upper = -upper, -lower
        null = -abs(self.null)
        if lower > null:
            return "non-inferior"
        return "inferior" if upper < null else "inconclusive"


def verdict(protocol: Protocol, endpoint: Endpoint, answer: Estimate) -> Verdict | None:
    """What the interval of the answer shows; None without a margin or an interval."""
    margin = Margin.of(protocol, endpoint)
    if margin is None or answer.lower is None or answer.upper is None:
        return None
    return margin.verdict(answer.lower, answer.upper)


def noninferiority(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    answer: Estimate,
) -> list[Estimate]:
    """The one-sided test of non-inferiority; empty for an endpoint without a margin.

    For a continuous endpoint t is the distance of the difference from the margin in
    standard errors of the mixed model. For a binary endpoint z is the score of Miettinen
    and Nurminen at the margin, in strata if the planned analysis is stratified: the test
    whose inversion is the reported interval, so that both always agree.

    Args:
        protocol: of the trial.
        data: of the trial.
        endpoint: that was analyzed.
        answer: its planned difference.

    Returns:
        One estimate ``<endpoint>.noninferiority``: the difference, its interval, the
        statistic, and the one-sided P value of a difference at the margin or worse.

    Source: Piaggio et al. 2012, JAMA 308:2594-2604; Farrington and Manning 1990, Stat Med
    9:1447-1454; Miettinen and Nurminen 1985, Stat Med 4:213-226.
    """
    margin = Margin.of(protocol, endpoint)
    if margin is None:
        return []
    row = replace(
        answer,
        id=f"{endpoint.id}.noninferiority",
        analysis="noninferiority",
        statistic=None,
        p=None,
        converged=None,
    )
    found = verdict(protocol, endpoint, answer)
    if found is None:
        return [replace(row, note="not tested: the difference has no interval")]
    if endpoint.type == "continuous":
        row = _continuous(row, answer, margin)
    else:
        row = _binary(row, protocol, data, endpoint, margin)
    note = (
        f"{WORDS[found]} of {margin_text(endpoint)}; P is one-sided, type I error "
        f"{100 * margin.error:g}%"
    )
    return [replace(row, note=note)]


def _continuous(row: Estimate, answer: Estimate, margin: Margin) -> Estimate:
    if answer.estimate is None or answer.std_error is None or answer.df is None:
        return row
    t = (answer.estimate - margin.null) / answer.std_error
    p = stats.t.cdf(t if margin.alternative == "less" else -t, answer.df)
    return replace(row, statistic=float(t), p=float(p))


def _binary(
    row: Estimate,
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    margin: Margin,
) -> Estimate:
    table = outcomes(protocol, data, endpoint)
    outcome = counted(table["outcome"], table["arm"], endpoint.analysis.missing)
    pair = endpoint.estimand.treatment
    rows = table.assign(outcome=outcome).dropna(subset="outcome")
    rows = rows[rows["arm"].isin([pair.arm, pair.versus])]
    met, treated = rows["outcome"].astype(bool), rows["arm"] == pair.arm
    null, side = margin.null, margin.alternative
    if endpoint.analysis.planned == "stratified":
        stratum = stratum_of(protocol, data, endpoint, rows["participant"])
        inside = stratum.notna().to_numpy()
        parts = (met, treated, stratum.astype(str))
        counts = counts_by_stratum(*(part.to_numpy()[inside] for part in parts))
        common = stratified_risk_difference(*counts, null=null, alternative=side)
        return replace(row, statistic=common.statistic, p=common.p)
    test = risk_difference_test(
        int(met[treated].sum()),
        int(treated.sum()),
        int(met[~treated].sum()),
        int((~treated).sum()),
        null=null,
        alternative=side,
    )
    return replace(row, statistic=test.statistic, p=test.p)
