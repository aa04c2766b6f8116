"""The mixed model of a continuous endpoint: its rows, visits, covariates and formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from equipoise.analyze.continuous.sparse_visits import LeftOut, VisitRule
from equipoise.analyze.plan import column_of, formula, visits
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import SITE
from equipoise.stats.mmrm import MmrmFit, mmrm


@dataclass(frozen=True)
class EndpointModel:
    """What is fitted for a continuous endpoint.

    Attributes:
        formula: of the model.
        frame: rows at the visits of the model, without outcome ones included.
        complete: those with outcome and covariates.
        visits: of the model, in order.
        left_out: visits of the endpoint that are not in the model.
        notes: visits and covariates that were excluded, for the reader.
    """

    formula: str
    frame: pd.DataFrame
    complete: pd.DataFrame
    visits: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]

    def fit(self, endpoint: Endpoint) -> MmrmFit:
        """The fit, with the inference of the endpoint.

        Raises:
            AnalysisError: as ``mmrm``.
        """
        how = endpoint.analysis
        return mmrm(self.formula, self.frame, df=how.df, vcov=how.vcov)


def endpoint_model(
    protocol: Protocol,
    endpoint: Endpoint,
    frame: pd.DataFrame,
    *,
    strata: str | None = None,
    more_slopes: int = 0,
) -> EndpointModel:
    """The model that the ratings allow, by the rule of ``sparse_visits``.

    A covariate that is the same in all participants is excluded, and so is a visit with
    fewer ratings than parameters; each is named in ``notes``.

    Args:
        protocol: of the trial.
        endpoint: continuous.
        frame: as ``continuous.model_frame`` makes it.
        strata: column whose levels have means of their own in each arm.
        more_slopes: columns of further covariates that act differently at each visit.

    Raises:
        AnalysisError: EQ404, the ratings at the visit of the estimate do not allow a
            model.
    """
    covariates = endpoint.analysis.covariates
    complete = frame.dropna(subset=["outcome", *map(column_of, covariates)])
    _require_both_arms(protocol, endpoint, frame, complete)
    constant = [c for c in covariates if complete[column_of(c)].nunique() < 2]
    columns = {
        name: columns_of(complete[column_of(name)])
        for name in covariates
        if name not in constant
    }
    crossed = sum(n for c, n in columns.items() if c in endpoint.analysis.by_visit)
    rule = VisitRule(
        at=str(endpoint.variable.at),
        covariance=endpoint.analysis.covariance,
        slopes=crossed + more_slopes,
        shared=sum(columns.values()) - crossed,
    )
    cells = complete["arm"].astype(str)
    if strata is not None:
        cells = cells + "|" + complete[strata].astype(str)
    counted = complete[["participant", "visit"]].assign(arm=cells)
    kept, left = rule.apply(counted, visits(protocol, endpoint))
    labels = {visit.id: visit.label for visit in protocol.schedule.visits}
    shortage = rule.shortage(counted, kept)
    if shortage is not None:
        raise AnalysisError.single(
            "EQ404",
            f"too few participants at {labels[rule.at]}: {shortage}",
            where=f"endpoint {endpoint.id}",
            fix="use fewer covariates, or a covariance with fewer parameters",
        )
    names = {"baseline": "the baseline value", SITE: "the site"}
    names |= {c.id: c.label for c in protocol.characteristics}
    notes = [visit.describe(labels) for visit in left]
    notes += [
        f"{names[name]} is the same in all participants and is not in the model"
        for name in constant
    ]
    if left:
        frame = frame[frame["visit"].isin(kept)]
        complete = complete[complete["visit"].isin(kept)]
    return EndpointModel(
        formula=formula(endpoint, len(kept), without=constant),
        frame=frame,
        complete=complete,
        visits=kept,
        left_out=left,
        notes=tuple(notes),
    )


def columns_of(values: pd.Series[Any]) -> int:
    """Columns of X of a covariate."""
    return 1 if pd.api.types.is_numeric_dtype(values) else values.nunique() - 1


def _require_both_arms(
    protocol: Protocol, endpoint: Endpoint, frame: pd.DataFrame, complete: pd.DataFrame
) -> None:
    """Without ratings of both arms at the visit of the estimate there is no estimate."""
    pair, at = endpoint.estimand.treatment, endpoint.variable.at
    label = next(v.label for v in protocol.schedule.visits if v.id == at)
    rated = frame["outcome"].notna() | frame["value"].notna()
    for arms_rated, words in (
        (
            frame.loc[rated & (frame["visit"] == at), "arm"],
            "no participant of {arms} was rated at {visit}",
        ),
        (
            complete.loc[complete["visit"] == at, "arm"],
            "no participant of {arms} who was rated at {visit} has a baseline value and "
            "all covariates",
        ),
    ):
        present = set(arms_rated)
        absent = [arm for arm in (pair.arm, pair.versus) if arm not in present]
        if absent:
            arms = " or ".join(protocol.arm(arm).label for arm in absent)
            raise AnalysisError.single(
                "EQ404",
                words.format(arms=arms, visit=label),
                where=f"endpoint {endpoint.id}",
                fix="check for missing ratings, baselines and covariates",
            )
