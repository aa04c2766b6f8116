"""Tests and averages over the visits of the model of a continuous endpoint."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.stats.mmrm import MmrmFit
from equipoise.stats.mmrm.marginal import means_grid

TERMS = {  # term of the model -> id, label
    "arm": ("arm", "treatment"),
    "visit": ("visit", "visit"),
    "arm:visit": ("arm-by-visit", "treatment by visit"),
}


def term_tests(endpoint: Endpoint, fit: MmrmFit) -> list[Estimate]:
    """F tests of treatment, visit and their interaction.

    Type III; that of the visit at the mean of the covariates: where a covariate acts
    differently at each visit, the test of the coefficients is that of a participant whose
    covariates are 0, and no participant has a baseline of 0.

    Returns:
        ``test`` for each term of the model: ``statistic`` is F, ``df`` its denominator
        degrees of freedom; and ``numerator-df``, whose ``estimate`` is those of the
        numerator. A test that cannot be made states the reason.

    Source: SAS PROC MIXED, tests of fixed effects, type 3; ``mmrm.terms``; for the visit
    R emmeans, ``joint_tests``: the adjusted means of all visits are equal.
    """
    own = [":".join(term) for term in fit.formula.terms]
    table, why = None, ""
    try:
        table = fit.test_terms().assign(key=own).set_index("key")
        if "visit" in own:
            table = _with_visit_at_means(fit, table)
    except AnalysisError as error:
        why = error.problems[0].what
    estimates = []
    for term, (name, label) in TERMS.items():
        if term not in own:
            continue
        named: dict[str, Any] = {
            "id": f"{endpoint.id}.test.{name}",
            "analysis": "test",
            **_shared(endpoint),
            "n": fit.n_subjects,
            "converged": True,
        }
        at_means = term == "visit" and endpoint.analysis.covariates
        where = ", at the mean of the covariates" if at_means else ""
        row = (
            {}
            if table is None or term not in table.index
            else table.loc[term].to_dict()
        )
        if not row or np.isnan(float(row["F"])):
            words = why or "no combination of the coefficients can be estimated"
            estimates.append(Estimate(**named, note=f"cannot be tested: {words}"))
            continue
        estimates += [
            Estimate(
                **named,
                statistic=float(row["F"]),
                df=float(row["den_df"]),
                p=float(row["p"]),
                note=f"F test of {label}, type III{where}, numerator degrees of freedom "
                f"{row['num_df']:g}",
            ),
            Estimate(
                **{
                    **named,
                    "id": f"{endpoint.id}.test.{name}.numerator-df",
                    "analysis": "numerator-df",
                },
                estimate=float(row["num_df"]),
                note=f"numerator degrees of freedom of the F test of {label}",
            ),
        ]
    return estimates


def _with_visit_at_means(fit: MmrmFit, table: pd.DataFrame) -> pd.DataFrame:
    """The table of tests with that of the visit as a test of adjusted means."""
    if fit.emmeans("visit")["estimate"].isna().any():
        return table.drop(index="visit")
    _, means = means_grid(fit.source, "visit", None, None, "equal")
    tested = fit.test(means[1:] - means[0]).iloc[0]
    table.loc["visit", list(tested.index)] = tested
    return table


def average_difference(endpoint: Endpoint, fit: MmrmFit) -> list[Estimate]:
    """The difference averaged over the visits of the model, each with equal weight.

    Empty where the model has one visit.

    Source: R emmeans, ``pairs(emmeans(fit, ~ arm))``; SAS LSMEANS arm / DIFF.
    """
    if len(fit.visits) < 2:
        return []
    pair, level = endpoint.estimand.treatment, endpoint.analysis.level
    table = fit.contrasts("arm", reference=pair.versus, level=level)
    label = f"{pair.arm} - {pair.versus}"
    row = table[table["contrast"] == label].iloc[0]
    named: dict[str, Any] = {
        "id": f"{endpoint.id}.difference.average",
        "analysis": "average-difference",
        **_shared(endpoint),
        "n": fit.n_subjects,
    }
    if np.isnan(row["estimate"]):
        why = "an arm has no rating at one of the visits"
        return [Estimate(**named, note=f"cannot be estimated: {why}")]
    return [
        Estimate(
            **named,
            estimate=float(row["estimate"]),
            std_error=float(row["std_error"]),
            df=float(row["df"]),
            lower=float(row["lower"]),
            upper=float(row["upper"]),
            level=level,
            statistic=float(row["t"]),
            p=float(row["p"]),
            converged=True,
            note=f"mean of the differences at {len(fit.visits)} visits, equal weights",
        )
    ]


def _shared(endpoint: Endpoint) -> dict[str, Any]:
    pair = endpoint.estimand.treatment
    return {
        "endpoint": endpoint.id,
        "population": endpoint.estimand.population,
        "contrast": f"{pair.arm} - {pair.versus}",
    }
