"""Operating characteristics of a run: power, bias and coverage with Monte Carlo errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from equipoise.analyze.noninferiority import Margin
from equipoise.protocol.estimand import Endpoint
from equipoise.simulate.operating_characteristics.chunk import Run
from equipoise.simulate.operating_characteristics.interim_analyses import (
    final_estimates,
    stopping_summary,
)
from equipoise.simulate.operating_characteristics.noninferiority import (
    margin_error,
    two_sided_error,
)
from equipoise.simulate.operating_characteristics.response_variants import (
    has_drug_effect,
)
from equipoise.simulate.operating_characteristics.trial_estimates import (
    FIELDS,
    EndpointSet,
)
from equipoise.simulate.operating_characteristics.true_effects import TrueDifferences
from equipoise.simulate.random_draws import Floats

POWER, ERROR = "power", "type I error"
QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}


def summarize(
    run: Run, estimates: Floats, differences: TrueDifferences
) -> pd.DataFrame:
    """Operating characteristics of a run, one row per endpoint.

    Args:
        run: what was simulated.
        estimates: as ``simulate_chunk`` returns them.
        differences: true differences of continuous endpoints.

    Returns:
        As ``operating_characteristics``, and ``truth_drug``, the part of the true
        difference that is not expectancy, and ``rejections``, what a rejection is: "type
        I error" where the arms differ by nothing but expectancy, or where the true
        difference is at a non-inferiority margin or worse; else "power".

        A run with interim analyses has one row: power is the proportion of trials that
        crossed a boundary; bias and coverage are those of the naive estimate at the end,
        as if there had been no interim analyses;
        ``expected_size``, ``stop_k`` and ``futility_k`` as in ``stopping_summary``.
    """
    endpoint_set = run.endpoint_set()
    total = differences.total
    if run.design is None:
        table = operating_characteristics(endpoint_set, estimates, total)
    else:
        first = replace(endpoint_set, endpoints=endpoint_set.endpoints[:1])
        table = operating_characteristics(
            first, estimates_at_end(run, estimates), total
        )
        boundaries, sizes = run.design.boundaries(run.n), run.design.sizes(run.n)
        futility = run.design.futility_boundaries(run.n)
        stops = stopping_summary(
            estimates, boundaries, sizes, futility, run.design.benefit
        )
        table = table.assign(**stops)
    if "truth" in table and differences.drug:
        drug = [differences.drug.get(str(name), np.nan) for name in table["endpoint"]]
        table.insert(list(table.columns).index("truth") + 1, "truth_drug", drug)
    table["rejections"] = [
        _rejections(run, endpoint, total.get(endpoint.id))
        for endpoint in endpoint_set.endpoints[: len(table)]
    ]
    return table


def _rejections(run: Run, endpoint: Endpoint, true_difference: float | None) -> str:
    """What a rejection is: power, or an error.

    With a non-inferiority margin it is an error where the true difference is known to
    be at the margin or worse, and power even if the arms do not differ.
    """
    margin = Margin.of(run.protocol, endpoint)
    if margin is None:
        return POWER if has_drug_effect(run.scenario) else ERROR
    if true_difference is None:
        return POWER
    worse = true_difference >= margin.null
    if margin.alternative == "greater":
        worse = true_difference <= margin.null
    return ERROR if worse else POWER


def estimates_at_end(run: Run, estimates: Floats) -> Floats:
    """The estimates with which each trial ends: trials x endpoints x ``FIELDS``."""
    if run.design is None:
        return estimates
    return final_estimates(
        estimates,
        run.design.boundaries(run.n),
        run.design.futility_boundaries(run.n),
        run.design.benefit,
    )


def operating_characteristics(
    endpoint_set: EndpointSet, estimates: Floats, true_values: Mapping[str, float]
) -> pd.DataFrame:
    """One row per endpoint.

    Args:
        endpoint_set: the endpoints.
        estimates: trials x endpoints x ``FIELDS``.
        true_values: true difference of continuous endpoints.

    Returns:
        ``trials``; ``answered``, the proportion of trials with an estimate; ``power``
        (p <= 0.05, or non-inferiority shown; a trial without an estimate does not
        reject) and its Monte Carlo error; mean, standard deviation and quantiles of the
        estimate; mean standard error; where the true difference (``truth``) is known,
        ``bias`` and ``coverage`` with their errors, and for a margin ``margin_error``,
        the type I error if the true difference was the margin.

    Source: Morris, White and Crowther 2019, Stat Med 38:2074-2102, table 6.
    """
    rows = []
    for k, endpoint in enumerate(endpoint_set.endpoints):
        fields = {name: estimates[:, k, i] for i, name in enumerate(FIELDS)}
        estimate = fields["estimate"]
        known = ~np.isnan(estimate)
        trials, answered = len(estimate), int(known.sum())
        row: dict[str, object] = {
            "endpoint": endpoint.id,
            "trials": trials,
            "answered": answered / trials,
        }
        if not np.isnan(fields["p"]).all():
            power = float((fields["p"] <= two_sided_error(endpoint)).sum()) / trials
            row |= {"power": power, "power_error": _binomial_error(power, trials)}
        if answered:
            row |= {"mean": float(estimate[known].mean())}
            row |= {
                name: float(np.quantile(estimate[known], q))
                for name, q in QUANTILES.items()
            }
        if answered > 1:
            row["sd"] = float(estimate[known].std(ddof=1))
        if not np.isnan(fields["std_error"]).all():
            row["mean_std_error"] = float(np.nanmean(fields["std_error"]))
        if endpoint.id in true_values and answered > 1:
            true_value = true_values[endpoint.id]
            row |= _bias_and_coverage(fields, known, true_value)
            limits = fields["lower"][known], fields["upper"][known]
            row |= margin_error(endpoint_set.protocol, endpoint, *limits, true_value)
        for name in ("first", "second"):
            if not np.isnan(fields[name]).all():
                row[f"{name}_arm"] = float(np.nanmedian(fields[name]))
        rows.append(row)
    return pd.DataFrame(rows)


def power_error(run: Run, estimates: Floats) -> float:
    """The largest Monte Carlo error of a power, for a stop rule; inf without trials."""
    p = estimates_at_end(run, estimates)[:, :, FIELDS.index("p")]
    tested = ~np.isnan(p).all(axis=0)
    if not len(p) or not tested.any():
        return float("inf")
    endpoints = run.endpoint_set().endpoints[: p.shape[1]]
    errors = np.array([two_sided_error(endpoint) for endpoint in endpoints])
    power = (p <= errors)[:, tested].mean(axis=0)
    # As if one more trial had gone each way: no error is 0 after a few trials.
    shrunk = (power * len(p) + 1) / (len(p) + 2)
    return float(np.sqrt(shrunk * (1 - shrunk) / len(p)).max())


def _bias_and_coverage(
    fields: dict[str, Floats], known: np.ndarray, true_value: float
) -> dict[str, float]:
    estimate = fields["estimate"][known]
    lower, upper = fields["lower"][known], fields["upper"][known]
    coverage = float(((lower <= true_value) & (true_value <= upper)).mean())
    return {
        "truth": true_value,
        "bias": float(estimate.mean()) - true_value,
        "bias_error": float(estimate.std(ddof=1) / np.sqrt(len(estimate))),
        "coverage": coverage,
        "coverage_error": _binomial_error(coverage, len(estimate)),
    }


def _binomial_error(proportion: float, trials: int) -> float:
    return float(np.sqrt(proportion * (1 - proportion) / trials))
