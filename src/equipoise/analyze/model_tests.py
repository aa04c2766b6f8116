"""Tests and averages over the visits of the model of a continuous endpoint."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.analyze.mmrm import MmrmFit
from equipoise.analyze.result import Estimate
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint

TERMS = {  # term of the model -> id, label
    "arm": ("arm", "treatment"),
    "visit": ("visit", "visit"),
    "arm:visit": ("arm-by-visit", "treatment by visit"),
}


def term_tests(endpoint: Endpoint, fit: MmrmFit) -> list[Estimate]:
    """F tests of treatment, visit and their interaction, type III.

    Returns:
        ``test`` for each term of the model: ``statistic`` is F, ``df`` its denominator
        degrees of freedom; and ``numerator-df``, whose ``estimate`` is those of the
        numerator. A test that cannot be made says why.

    Source: SAS PROC MIXED, tests of fixed effects, type 3; ``mmrm.terms``.
    """
    own = [":".join(term) for term in fit.formula.terms]
    try:
        table = fit.test_terms().assign(key=own).set_index("key")
    except AnalysisError as error:
        table, why = None, error.problems[0].what
    made = []
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
        if table is not None and np.isnan(table.loc[term, "F"]):
            table, why = None, "no combination of the coefficients can be estimated"
        if table is None:
            made.append(Estimate(**named, note=f"cannot be tested: {why}"))
            continue
        row = table.loc[term].to_dict()
        made += [
            Estimate(
                **named,
                statistic=float(row["F"]),
                df=float(row["den_df"]),
                p=float(row["p"]),
                note=f"F test of {label}, type III, numerator degrees of freedom "
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
    return made


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
