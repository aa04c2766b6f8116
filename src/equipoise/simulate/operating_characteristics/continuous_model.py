"""The mixed model of a continuous endpoint in many simulated trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.analyze.continuous.mixed_model import columns_of
from equipoise.analyze.continuous.sparse_visits import VisitRule
from equipoise.analyze.plan import column_of, formula, visits
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.simulate.random_draws import Floats
from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.saturated_trials import differences
from equipoise.stats.mmrm.template import Template

MODEL_FIELDS = ("estimate", "std_error", "df", "lower", "upper", "p")


@dataclass(frozen=True)
class ContinuousModel:
    """The model, prepared for repeated fits.

    Attributes:
        endpoint: continuous.
        order: visits of the model.
        arms: index of each arm, that of comparison first.
        pair: index of the arm, and of that of comparison.
        template: of trials that are fitted alone; None if it does not cover the model.
    """

    endpoint: Endpoint
    order: tuple[str, ...]
    arms: tuple[int, ...]
    pair: tuple[int, int]
    template: Template | None

    @classmethod
    def of(cls, protocol: Protocol, endpoint: Endpoint) -> ContinuousModel:
        """The model of an endpoint."""
        ids = [arm.id for arm in protocol.arms]
        treatment = endpoint.estimand.treatment
        pair = ids.index(treatment.arm), ids.index(treatment.versus)
        arms = (pair[1], *(k for k in range(len(ids)) if k != pair[1]))
        order = tuple(visits(protocol, endpoint))
        return cls(endpoint, order, arms, pair, _template(endpoint, order, arms, pair))

    @property
    def at(self) -> int:
        """Position of the visit of the estimate."""
        return self.order.index(str(self.endpoint.variable.at))

    @property
    def factors(self) -> tuple[str, ...]:
        """Covariates other than the baseline."""
        return tuple(c for c in self.endpoint.analysis.covariates if c != "baseline")

    def estimate(
        self,
        arm: NDArray[np.intp],
        start: Floats,
        outcome: Floats,
        factors: Sequence[Mapping[str, NDArray[np.object_]]] = (),
    ) -> Floats:
        """Estimates of R trials of n participants: R x ``MODEL_FIELDS``, NaN for none.

        Args:
            arm: index of the arm, R x n.
            start: score at baseline, R x n.
            outcome: R x n x visits; NaN where not rated.
            factors: of each trial, the values of the other covariates, n each.
        """
        how = self.endpoint.analysis
        estimates = np.full((len(arm), len(MODEL_FIELDS)), np.nan)
        whole = np.array([self._all_visits_modelled(each) for each in outcome])
        # Only covariates that act at each visit leave sums that trials can share.
        if self.template is not None and set(how.covariates) == set(how.by_visit):
            own = np.flatnonzero(whole)
            covariates = start[own][..., None][..., : len(how.covariates)]
            estimates[own] = differences(
                arm[own], len(self.arms), self.pair, covariates, outcome[own], self.at
            )
        for k in np.flatnonzero(np.isnan(estimates[:, 0])):
            trial = arm[k], start[k], outcome[k]
            found = self._by_template(*trial) if whole[k] else None
            if found is None:
                found = self._alone(*trial, factors[int(k)] if factors else {})
            estimates[k] = found
        return estimates

    def _by_template(
        self, arm: NDArray[np.intp], start: Floats, outcome: Floats
    ) -> list[float] | None:
        """One trial, if the search is simple."""
        if self.template is None:
            return None
        person, visit = np.nonzero(~np.isnan(outcome))
        level = np.argsort(self.arms)
        participants = np.unique(person, return_inverse=True)[1].astype(np.intp)
        found = self.template.fit(
            {"arm": level[arm[person]], "visit": visit.astype(np.intp)},
            {"baseline": start[person]},
            outcome[person, visit],
            participants,
            visit.astype(np.intp),
        )
        return None if found is None else [found[name] for name in MODEL_FIELDS]

    def _alone(
        self,
        arm: NDArray[np.intp],
        start: Floats,
        outcome: Floats,
        factors: Mapping[str, NDArray[np.object_]],
    ) -> list[float]:
        """One trial, as its full analysis fits it."""
        how, at = self.endpoint.analysis, self.at
        person, visit = np.nonzero(~np.isnan(outcome))
        frame = pd.DataFrame(
            {
                "participant": person,
                "arm": pd.Categorical(arm[person], categories=list(self.arms)),
                "visit": pd.Categorical(visit, categories=range(len(self.order))),
                "baseline": start[person],
                "outcome": outcome[person, visit],
            }
        )
        constant = []
        for name in self.factors:
            values = pd.Series(factors[name]).infer_objects()
            frame[column_of(name)] = values.iloc[person].to_numpy()
            if frame[column_of(name)].nunique() < 2:
                constant.append(name)
        missing = [np.nan] * len(MODEL_FIELDS)
        rule = self._visit_rule(frame, constant)
        modelled, _ = rule.apply(frame, tuple(str(k) for k in range(len(self.order))))
        if rule.shortage(frame, modelled) is not None:
            return missing
        frame = frame[frame["visit"].isin([int(k) for k in modelled])]
        first, second = self.pair
        try:
            text = formula(self.endpoint, len(modelled), without=constant)
            fit = mmrm(text, frame, df=how.df, vcov=how.vcov)
            by = "visit" if len(fit.visits) > 1 else None
            table = fit.contrasts("arm", by=by, reference=second, level=how.level)
        except AnalysisError:
            return missing
        rows = table[table["contrast"] == f"{first} - {second}"]
        if by is not None:
            rows = rows[rows["visit"] == at]
        if rows.empty:
            return missing
        return [float(rows.iloc[0][name]) for name in MODEL_FIELDS]

    def _visit_rule(self, frame: pd.DataFrame, constant: Sequence[str]) -> VisitRule:
        """The rule for the visits of a trial, with the columns of its covariates."""
        how = self.endpoint.analysis
        columns = {
            name: 1 if name == "baseline" else columns_of(frame[column_of(name)])
            for name in how.covariates
            if name not in constant
        }
        crossed = sum(n for name, n in columns.items() if name in how.by_visit)
        shared = sum(columns.values()) - crossed
        return VisitRule(str(self.at), how.covariance, crossed, shared)

    def _all_visits_modelled(self, outcome: Floats) -> bool:
        """Whether every visit is in the model, if both arms were rated at each visit."""
        how = self.endpoint.analysis
        rule = VisitRule(
            str(self.endpoint.variable.at), how.covariance, len(how.by_visit)
        )
        rated = ~np.isnan(outcome)
        shared = rated.T.astype(int) @ rated
        T = rated.shape[1]
        alone = int(np.diag(shared).min()) >= rule.needed(2, T)
        return alone and (T < 2 or int(shared.min()) >= rule.needed(2, 2))


def _template(
    endpoint: Endpoint,
    order: tuple[str, ...],
    arms: tuple[int, ...],
    pair: tuple[int, int],
) -> Template | None:
    """The model for the fast search; None if that does not cover it."""
    how = endpoint.analysis
    plain = (how.covariance, how.df, how.vcov, how.level)
    if len(order) < 2 or plain != ("us", "satterthwaite", "model", 0.95):
        return None
    if not set(how.covariates) <= {"baseline"}:
        return None
    return Template.of(
        formula(endpoint, len(order)),
        {"arm": arms, "visit": tuple(range(len(order)))},
        how.covariates,
        {
            "factor": "arm",
            "a": pair[0],
            "b": pair[1],
            "by": "visit",
            "at": order.index(str(endpoint.variable.at)),
        },
    )
