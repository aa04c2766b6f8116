"""Subgroup analyses: the difference in each group, and the test of interaction."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.continuous.estimates import model_frame
from equipoise.analyze.continuous.mixed_model import EndpointModel, endpoint_model
from equipoise.analyze.result import Estimate
from equipoise.dataset.derive import baseline
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.analysis_method import Subgroup
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.mmrm import MmrmFit, mmrm
from equipoise.stats.mmrm.marginal import comparisons, means_grid, within

BETWEEN = "|"  # parts visit and group in the name of a cell


def subgroups(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """For each subgroup variable, the difference in each group and the interaction.

    The model of the endpoint with arm, visit and group and all their interactions: the
    covariance is common to all groups, the differences are those of each group. A visit
    needs as many ratings as means of arms in groups, and the rest of ``sparse_visits``.

    Returns:
        ``subgroup`` for each group, its label in ``note``; ``interaction`` for each
        variable: an F test that the differences are equal. What cannot be estimated states
        the reason.

    Source: ICH E9 5.7; Wang et al. 2007, N Engl J Med 357:2189-2194.
    """
    estimates = []
    for part in endpoint.subgroups:
        try:
            estimates += _one(protocol, data, endpoint, part)
        except AnalysisError as refusal:
            why = f"{part.label}: cannot be estimated: {refusal.problems[0].what}"
            estimates.append(_named(endpoint, part, None, note=why))
    return estimates


def grouped(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint, part: Subgroup
) -> tuple[pd.Series[Any], tuple[str, ...]]:
    """Group of each participant, and the labels of the groups in order.

    Returns:
        Missing without a value; the groups are those that the protocol specifies.
    """
    if part.by == "baseline":
        value = baseline(data, protocol, endpoint.variable.score or "")
    else:
        value = data.participants.set_index("participant")[part.by]
    if not part.cuts:
        known = next(c for c in protocol.characteristics if c.id == part.by)
        labels = tuple(known.labels.get(level, level) for level in known.values)
        return value.map(dict(zip(known.values, labels, strict=True))), labels
    labels = cut_labels(part.cuts)
    place = np.searchsorted(part.cuts, value.to_numpy(float), side="right")
    named = pd.Series(np.array(labels, dtype=object)[place], index=value.index)
    return named.where(value.notna()), labels


def cut_labels(cuts: tuple[float, ...]) -> tuple[str, ...]:
    """Labels of the groups between limits, such as ``below 40`` and ``40 or more``."""
    ends = [f"{cut:g}" for cut in cuts]
    middle = (f"{low} to below {high}" for low, high in pairwise(ends))
    return f"below {ends[0]}", *middle, f"{ends[-1]} or more"


def _one(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint, part: Subgroup
) -> list[Estimate]:
    group, labels = grouped(protocol, data, endpoint, part)
    frame = model_frame(protocol, data, endpoint).copy()
    frame["group"] = frame["participant"].map(group)
    frame = frame.dropna(subset=["outcome", "group"])
    at = str(endpoint.variable.at)
    count = _people(frame, at, endpoint)
    kept = [label for label in labels if label in count.index]
    rated = frame.loc[frame["visit"] == at, "group"].value_counts()
    frame = frame[frame["group"].isin(kept)]
    if len(kept) < 2:
        raise AnalysisError.single(
            "EQ404",
            "fewer than two groups have participants of both arms who were rated",
            where=f"endpoint {endpoint.id}, subgroup {part.id}",
            fix="specify other cut-offs, or omit the subgroup",
        )
    frame["group"] = frame["group"].astype(str)
    model = endpoint_model(protocol, endpoint, frame, strata="group")
    fit = _fitted(endpoint, model, kept)
    cells = [f"{at}{BETWEEN}{label}" for label in kept]
    table = _differences(fit, endpoint).loc[cells].to_dict("records")
    estimates = [
        _difference(endpoint, part, label, row, int(count[label]))
        for label, row in zip(kept, table, strict=True)
    ]
    left_out = [label for label in labels if label not in kept]
    estimates += [
        _named(
            endpoint,
            part,
            label,
            n=int(rated.get(label, 0)),
            note=f"{label}: no participant of one arm was rated",
        )
        for label in left_out
    ]
    L = _combinations(fit, endpoint).loc[cells].to_numpy()
    tested = fit.test(L[1:] - L[0]).iloc[0]
    return [
        *estimates,
        _named(
            endpoint,
            part,
            None,
            statistic=float(tested["F"]),
            df=float(tested["den_df"]),
            p=float(tested["p"]),
            n=fit.n_subjects,
            converged=True,
            note="; ".join(
                (
                    f"{part.label}: F test that the differences in {len(kept)} groups "
                    "are equal",
                    "few trials are large enough to detect an interaction",
                    *model.notes,
                )
            ),
        ),
    ]


def _fitted(endpoint: Endpoint, model: EndpointModel, kept: list[str]) -> MmrmFit:
    """The model of the endpoint, with a mean for each arm, visit and group."""
    cells = [f"{visit}{BETWEEN}{label}" for visit in model.visits for label in kept]
    named = model.frame["visit"].astype(str) + BETWEEN + model.frame["group"]
    frame = model.frame.assign(cell=pd.Categorical(named, categories=cells))
    own = "arm * visit" if len(model.visits) > 1 else "arm"
    text = model.formula.replace(f"outcome ~ {own}", "outcome ~ arm * cell", 1)
    how = endpoint.analysis
    return mmrm(text, frame, df=how.df, vcov=how.vcov)


def _differences(fit: MmrmFit, endpoint: Endpoint) -> pd.DataFrame:
    pair, level = endpoint.estimand.treatment, endpoint.analysis.level
    table = fit.contrasts("arm", by="cell", reference=pair.versus, level=level)
    own = table[table["contrast"] == f"{pair.arm} - {pair.versus}"]
    return own.set_index(own["cell"].astype(str))


def _combinations(fit: MmrmFit, endpoint: Endpoint) -> pd.DataFrame:
    """The same differences as combinations of the columns of X, by cell."""
    pair = endpoint.estimand.treatment
    grid, means = means_grid(fit.source, "arm", "cell", None, "equal")
    wanted = f"{pair.arm} - {pair.versus}"
    compared = comparisons(fit.levels["arm"], "reference", pair.versus)
    labels, rows = within(grid, means, "cell", {wanted: compared[wanted]})
    return pd.DataFrame(rows, index=labels["cell"].astype(str))


def _people(frame: pd.DataFrame, at: str, endpoint: Endpoint) -> pd.Series[Any]:
    """Participants rated at the visit of the estimate, in groups that have both arms."""
    pair = endpoint.estimand.treatment
    rated = frame[(frame["visit"] == at) & frame["arm"].isin([pair.arm, pair.versus])]
    arms = rated.groupby("group")["arm"].nunique()
    return rated.groupby("group").size()[arms == 2]


def _difference(
    endpoint: Endpoint, part: Subgroup, label: str, row: dict[Any, Any], n: int
) -> Estimate:
    if np.isnan(row["estimate"]):
        return _named(
            endpoint,
            part,
            label,
            n=n,
            note=f"{label}: cannot be estimated: the data cannot separate the arms "
            "from the covariates in this group",
        )
    return _named(
        endpoint,
        part,
        label,
        estimate=float(row["estimate"]),
        std_error=float(row["std_error"]),
        df=float(row["df"]),
        lower=float(row["lower"]),
        upper=float(row["upper"]),
        level=endpoint.analysis.level,
        statistic=float(row["t"]),
        n=n,
        converged=True,
        note=label,
    )


def _named(
    endpoint: Endpoint, part: Subgroup, label: str | None, **numbers: Any
) -> Estimate:
    pair = endpoint.estimand.treatment
    kind = "interaction" if label is None else "subgroup"
    own = "" if label is None else f".{label.replace(' ', '-')}"
    return Estimate(
        id=f"{endpoint.id}.{kind}.{part.id}{own}",
        endpoint=endpoint.id,
        analysis=kind,
        population=endpoint.estimand.population,
        visit=endpoint.variable.at,
        contrast=f"{pair.arm} - {pair.versus}",
        **numbers,
    )
