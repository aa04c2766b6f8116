"""Power, bias, coverage, each with its Monte Carlo error."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from equipoise.simulate.operating_characteristics.trial_estimates import (
    FIELDS,
    Question,
)
from equipoise.simulate.random_draws import Floats

ALPHA = 0.05
QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}


def characteristics(
    asked: Question, found: Floats, true_values: Mapping[str, float]
) -> pd.DataFrame:
    """One row an endpoint.

    Args:
        asked: the endpoints.
        found: trials x endpoints x ``FIELDS``.
        true_values: true difference of continuous endpoints.

    Returns:
        ``trials``; ``answered``, the share with an estimate; ``power`` (p <= 0.05, an
        unanswered trial rejects nothing) and its Monte Carlo error; mean, spread and
        quantiles of the estimate; mean standard error; ``bias`` and ``coverage`` with
        their errors where the true difference is known.

    Source: Morris, White and Crowther 2019, Stat Med 38:2074-2102, table 6.
    """
    rows = []
    for place, endpoint in enumerate(asked.endpoints):
        own = {name: found[:, place, k] for k, name in enumerate(FIELDS)}
        estimate = own["estimate"]
        known = ~np.isnan(estimate)
        trials, answered = len(estimate), int(known.sum())
        row: dict[str, object] = {
            "endpoint": endpoint.id,
            "trials": trials,
            "answered": answered / trials,
        }
        if not np.isnan(own["p"]).all():
            power = float((own["p"] <= ALPHA).sum()) / trials
            row |= {"power": power, "power_error": _share_error(power, trials)}
        if answered:
            row |= {"mean": float(estimate[known].mean())}
            row |= _quantiles(estimate[known])
        if answered > 1:
            row["sd"] = float(estimate[known].std(ddof=1))
        if not np.isnan(own["std_error"]).all():
            row["mean_std_error"] = float(np.nanmean(own["std_error"]))
        if endpoint.id in true_values and answered > 1:
            row |= _against(own, known, true_values[endpoint.id])
        for name in ("first", "second"):
            if not np.isnan(own[name]).all():
                row[f"{name}_arm"] = float(np.nanmedian(own[name]))
        rows.append(row)
    return pd.DataFrame(rows)


def power_error(found: Floats) -> float:
    """The largest Monte Carlo error of a power, for a stop rule; inf without trials."""
    p = found[:, :, FIELDS.index("p")]
    tested = ~np.isnan(p).all(axis=0)
    if not len(p) or not tested.any():
        return float("inf")
    power = (p[:, tested] <= ALPHA).mean(axis=0)
    # As if one more trial had gone each way: no error is 0 after a few trials.
    shrunk = (power * len(p) + 1) / (len(p) + 2)
    return float(np.sqrt(shrunk * (1 - shrunk) / len(p)).max())


def _against(
    own: dict[str, Floats], known: np.ndarray, true_value: float
) -> dict[str, float]:
    estimate = own["estimate"][known]
    covered = (own["lower"][known] <= true_value) & (true_value <= own["upper"][known])
    share = float(covered.mean())
    return {
        "truth": true_value,
        "bias": float(estimate.mean()) - true_value,
        "bias_error": float(estimate.std(ddof=1) / np.sqrt(len(estimate))),
        "coverage": share,
        "coverage_error": _share_error(share, len(estimate)),
    }


def _quantiles(values: Floats) -> dict[str, float]:
    return {name: float(np.quantile(values, q)) for name, q in QUANTILES.items()}


def _share_error(share: float, trials: int) -> float:
    return float(np.sqrt(share * (1 - share) / trials))
