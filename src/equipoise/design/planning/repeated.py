"""The question of a mixed model with repeated measures (MMRM)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil

import numpy as np

from equipoise.design.fixed.inflation import for_dropout
from equipoise.design.fixed.means import last_visit_variance, mmrm_size, powers_of_means
from equipoise.design.planning.plan import Assumption
from equipoise.design.planning.question import Question
from equipoise.design.requirements import Size, Target, check_positive, split
from equipoise.design.sequential.outcomes import visit_covariance

REFERENCES = (
    "Lu K, Luo X, Chen PY. Sample size estimation for repeated measures analysis in "
    "randomized clinical trials with missing data. Int J Biostat 2008;4:9.",
    "Shieh G. Power analysis and sample size planning in ANCOVA designs. Psychometrika "
    "2020;85:101-120.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedMeasures:
    """Assumptions of a difference at the last visit, adjusted for the baseline.

    Attributes:
        difference: assumed at the last visit, not 0.
        sd: within an arm, at every visit.
        correlation: of two visits; with ``decay`` of neighboring visits.
        visits: after baseline.
        decay: whether the correlation is the power of the distance (AR(1)).
        dropout: proportion that has left by the last visit, equally at each visit.
        target: error, power and allocation.

    Raises:
        DesignError: EQ801, EQ803 when used.
    """

    difference: float
    sd: float
    correlation: float
    visits: int
    decay: bool = False
    dropout: float = 0.0
    target: Target = field(default_factory=Target)

    def size(self) -> Size:
        """Participants to randomize, before rounding."""
        covariance, staying = self._matrices()
        return mmrm_size(
            self.difference, covariance, staying, self.target, baseline=True
        )

    def power(self, n: float) -> float:
        """With so many randomized."""
        return float(self.powers(n, np.array([abs(self.difference)]))[0])

    def powers(self, n: float, differences: np.ndarray) -> np.ndarray:
        """With so many randomized, for several differences; above 0 favors the first."""
        covariance, staying = self._matrices()
        variance = last_visit_variance(covariance, staying, baseline=True)
        complete = last_visit_variance(covariance, np.ones(self.visits), baseline=True)
        arms = split(n, self.target)
        return powers_of_means(
            arms.first, arms.second, differences / variance**0.5, self.target,
            3, information=complete / variance, covariate=True,
        )  # fmt: skip

    def question(self) -> Question:
        """The question of its size."""
        correlated = "neighboring visits" if self.decay else "two visits"
        return Question(
            title="difference at the last visit, mixed model for repeated measures",
            test="mixed model for repeated measures with unstructured covariance, "
            "adjusted for baseline, t test of the difference at the last visit",
            supposition=f"the true difference at the last of {self.visits} visits is "
            f"{self.difference:.6g}, the standard deviation {self.sd:.4g} and the "
            f"correlation of {correlated} {self.correlation:.4g}",
            target=self.target,
            participants=lambda: sum(self.size().rounded),
            power=self.power,
            assumptions=(
                Assumption("difference at the last visit", self.difference, "points"),
                Assumption("standard deviation within an arm", self.sd, "points"),
                Assumption(f"correlation of {correlated}", self.correlation),
                Assumption("visits after baseline", self.visits),
                Assumption("proportion who leave by the last visit", self.dropout),
            ),
            changes=self._changes,
            dropout=self.dropout,
            missing="leave by the last visit, equally between visits; their ratings "
            "until then are analyzed",
            method="information of the last visit with the planned dropout, t with "
            "Satterthwaite's degrees of freedom",
            references=REFERENCES,
            least=ceil(4 / (1 - self.dropout) * (self.target.spread / 4)) + 1,
        )

    def _matrices(self) -> tuple[np.ndarray, np.ndarray]:
        check_positive(difference=abs(self.difference))
        for_dropout(Size(1.0, 1.0), self.dropout)  # rejects impossible values
        covariance = visit_covariance(
            self.sd, self.visits, self.correlation, decay=self.decay
        )
        steps = np.arange(1, self.visits + 1) / self.visits
        return covariance, 1 - self.dropout * steps

    def _changes(self) -> list[tuple[str, Question]]:
        more = self.dropout + (1 - self.dropout) / 10
        lower = self.correlation - 0.1
        others = [
            (f"{name} {sign}20% ({factor * getattr(self, name):.4g})",
             replace(self, **{name: factor * getattr(self, name)}))
            for name in ("sd", "difference")
            for sign, factor in (("-", 0.8), ("+", 1.2))
        ]  # fmt: skip
        if lower > 0:
            label = f"correlation 0.1 lower ({lower:.3g})"
            others.append((label, replace(self, correlation=lower)))
        others.append((f"who leave: {100 * more:.3g}%", replace(self, dropout=more)))
        return [(label, other.question()) for label, other in others]
