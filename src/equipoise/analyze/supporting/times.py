"""Supporting methods of a time to an event: regression, weighted tests, competing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.supporting.numbers import finite
from equipoise.analyze.supporting.rows import Compared
from equipoise.stats.survival import (
    CoxFit,
    cause_specific_hazard,
    common_horizon,
    cox,
    fine_gray,
    gray_test,
    log_rank,
    max_combo,
    rmst_ratio,
)

EVENT, COMPETING = 1, 2


def by_cox(compared: Compared) -> dict[str, Any]:
    """Hazard ratio of the arm of interest, within strata where there are any."""
    fit = cox(
        compared.frame["time"],
        compared.frame["event"],
        regressors(compared),
        strata=compared.stratum,
        ties=compared.analysis.ties,
        level=compared.level,
    )
    return _of_arm(fit)


def by_fleming_harrington(compared: Compared) -> dict[str, Any]:
    """Weighted log-rank test."""
    test = log_rank(
        compared.frame["time"],
        compared.frame["event"],
        compared.frame["treated"],
        compared.stratum,
        weights="fleming-harrington",
        rho=compared.analysis.rho,
        gamma=compared.analysis.gamma,
    )
    return {"statistic": test.statistic, "df": float(test.df), "p": test.p}


def by_max_combo(compared: Compared) -> dict[str, Any]:
    """Largest of four weighted log-rank statistics; the note names its weights."""
    test = max_combo(
        compared.frame["time"],
        compared.frame["event"],
        compared.frame["treated"],
        compared.stratum,
    )
    largest = test.tests["weights"].iloc[int(test.tests["z"].abs().argmax())]
    named = str(largest).removeprefix("fleming-harrington")
    note = f"largest statistic: weights {named}"
    return {"statistic": test.z, "p": test.p, "note": note}


def by_rmst_ratio(compared: Compared) -> dict[str, Any]:
    """Ratio of restricted mean times, up to the horizon of the endpoint."""
    time = compared.frame["time"].to_numpy(float)
    event = compared.frame["event"].to_numpy(bool)
    fixed = compared.analysis.horizon
    horizon = common_horizon(time, compared.treated) if fixed is None else fixed
    found = rmst_ratio(time, event, compared.treated, horizon, compared.level)
    numbers = finite(found, "estimate", "std_error", "lower", "upper", "p")
    return {**numbers, "note": f"up to day {horizon:g}"}


def by_gray(compared: Compared) -> dict[str, Any]:
    """Test of equal cumulative incidence of the event."""
    test = gray_test(
        compared.frame["time"],
        compared.frame["kind"],
        compared.frame["treated"],
        EVENT,
        compared.stratum,
    )
    return {"statistic": test.statistic, "df": float(test.df), "p": test.p}


def by_fine_gray(compared: Compared) -> dict[str, Any]:
    """Ratio of the subdistribution hazards."""
    fit = fine_gray(
        compared.frame["time"],
        compared.frame["kind"],
        regressors(compared),
        EVENT,
        level=compared.level,
    )
    return _of_arm(fit)


def by_cause_specific_hazard(compared: Compared) -> dict[str, Any]:
    """Hazard ratio of the event; a competing one ends the time at risk."""
    return _cause_specific(compared, EVENT)


def by_competing_event_hazard(compared: Compared) -> dict[str, Any]:
    """Hazard ratio of the competing event."""
    return _cause_specific(compared, COMPETING)


def _cause_specific(compared: Compared, kind: int) -> dict[str, Any]:
    fit = cause_specific_hazard(
        compared.frame["time"],
        compared.frame["kind"],
        regressors(compared),
        kind,
        strata=compared.stratum,
        ties=compared.analysis.ties,
        level=compared.level,
    )
    return _of_arm(fit)


def regressors(compared: Compared) -> pd.DataFrame:
    """The arm as 0 and 1, then the covariates."""
    columns = compared.frame[list(compared.covariates)].reset_index(drop=True)
    columns.insert(0, "treated", compared.treated.astype(np.float64))
    return columns


def _of_arm(fit: CoxFit) -> dict[str, Any]:
    """The ratio of the arms; the standard error is that of its logarithm."""
    row = fit.coefficients.iloc[0]
    limits = finite(row, "lower", "upper", "std_error", "p")
    return {
        "estimate": float(row["hazard_ratio"]),
        "statistic": float(row["z"]),
        "converged": True,
        **limits,
        "note": f"events: {fit.events}",
    }
