"""Binary outcomes in the strata of the randomization."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.analyze.strata import strata_text
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.proportions import (
    StratumCounts,
    cmh,
    counts_by_stratum,
    stratified_risk_difference,
)


def stratified_measures(
    protocol: Protocol,
    endpoint: Endpoint,
    arm: pd.Series[Any],
    outcome: pd.Series[Any],
    stratum: pd.Series[Any],
    shared: dict[str, Any],
) -> list[Estimate]:
    """The common risk difference over strata, and the Cochran-Mantel-Haenszel test.

    Args:
        protocol: of the trial.
        endpoint: binary, with strata.
        arm: arm of each participant.
        outcome: whether each has the outcome, with the same index.
        stratum: of each, missing where a factor is missing: such participants are
            excluded, and counted in the notes.
        shared: fields of every estimate.

    Returns:
        ``stratified-risk-difference`` (Mantel-Haenszel weights, variance of Sato),
        ``stratified-score-difference`` (the same estimate with the interval of Miettinen
        and Nurminen) and ``cmh``, the last the planned test where the protocol says so.

    Source: SAS PROC FREQ, CMH and COMMONRISKDIFF(CL=MH).
    """
    pair, level = endpoint.estimand.treatment, float(shared["level"])
    inside = arm.isin([pair.arm, pair.versus])
    known = inside & stratum.notna()
    counts = counts_by_stratum(
        outcome[known].astype(bool).to_numpy(),
        (arm[known] == pair.arm).to_numpy(),
        stratum[known].astype(str).to_numpy(object),
    )
    text = f"{strata_text(protocol, endpoint)} ({len(counts.strata)} strata)"
    missing = int((inside & ~known).sum())
    if missing:
        text += f"; participants excluded because a stratum is missing: {missing}"
    common = {
        **shared,
        "contrast": f"{pair.arm} - {pair.versus}",
        "n": int(known.sum()),
    }
    test = {**common, "level": None}
    return [
        _difference(endpoint, counts, level, common, text),
        _score(endpoint, counts, level, common, text),
        _test(endpoint, counts, test, text),
    ]


def stratified_answer(answer: Estimate, rows: list[Estimate]) -> list[Estimate]:
    """Estimate, interval and P value of a planned stratified analysis, which agree.

    The estimate has Mantel-Haenszel weights, the interval inverts the stratified score
    test of Miettinen and Nurminen, and at a difference of 0 that is the
    Cochran-Mantel-Haenszel test: the interval excludes 0 where P is below 1 minus its
    level.

    Args:
        answer: the difference without strata.
        rows: as ``stratified_measures`` returns them.

    Returns:
        The answer, the other stratified estimates, and the difference without strata as
        ``unstratified-risk-difference``, a supporting estimate.

    Source: Miettinen and Nurminen 1985, Stat Med 4:213-226, equations 15 to 17.
    """
    by_name = {row.analysis: row for row in rows}
    score, test = by_name["stratified-score-difference"], by_name["cmh"]
    before = [
        part for part in str(answer.note).split("; ") if not part.startswith("p: ")
    ]
    text = str(score.note).removeprefix("supporting: ")
    tested = "p: Cochran-Mantel-Haenszel test"
    if test.p is None:
        tested += f", {test.note}"
    planned = replace(
        answer,
        estimate=score.estimate,
        lower=score.lower,
        upper=score.upper,
        p=test.p,
        n=score.n,
        note="; ".join([*before, text, tested]),
    )
    plain = replace(
        answer,
        id=f"{answer.endpoint}.unstratified-risk-difference",
        analysis="unstratified-risk-difference",
        p=None,
        note="supporting: without strata, interval of Miettinen and Nurminen",
    )
    return [planned, *(row for row in rows if row is not score), plain]


def _difference(
    endpoint: Endpoint,
    counts: StratumCounts,
    level: float,
    common: dict[str, Any],
    text: str,
) -> Estimate:
    """Mantel and Haenszel's weights, Sato's variance, normal interval."""
    name = "stratified-risk-difference"
    row = {**common, "id": f"{endpoint.id}.{name}", "analysis": name}
    try:
        found = stratified_risk_difference(
            *counts, method="mantel-haenszel", level=level
        )
    except AnalysisError as refusal:
        return _refused(row, "estimable", refusal)
    note = f"supporting: Mantel-Haenszel weights, variance of Sato; {text}"
    return Estimate(
        **row,
        estimate=found.estimate,
        std_error=found.std_error,
        lower=max(found.lower, -1.0),
        upper=min(found.upper, 1.0),
        note=note,
    )


def _score(
    endpoint: Endpoint,
    counts: StratumCounts,
    level: float,
    common: dict[str, Any],
    text: str,
) -> Estimate:
    """The same estimate with the stratified score interval."""
    name = "stratified-score-difference"
    row = {**common, "id": f"{endpoint.id}.{name}", "analysis": name}
    try:
        found = stratified_risk_difference(*counts, level=level)
    except AnalysisError as refusal:
        return _refused(row, "estimable", refusal)
    return Estimate(
        **row,
        estimate=found.estimate,
        lower=found.lower,
        upper=found.upper,
        note="supporting: Mantel-Haenszel weights, stratified score interval of Miettinen "
        f"and Nurminen; {text}",
    )


def _test(
    endpoint: Endpoint, counts: StratumCounts, common: dict[str, Any], text: str
) -> Estimate:
    row = {**common, "id": f"{endpoint.id}.cmh", "analysis": "cmh"}
    parts = zip(counts.events1, counts.n1, counts.events2, counts.n2, strict=True)
    tables = [[[x1, n1 - x1], [x2, n2 - x2]] for x1, n1, x2, n2 in parts]
    try:
        test = cmh(tables).general
    except AnalysisError as refusal:
        return _refused(row, "tested", refusal)
    analysis = endpoint.analysis
    planned = analysis.planned == "stratified" and analysis.margin is None
    return Estimate(
        **row,
        statistic=test.statistic,
        df=float(test.df),
        p=test.p,
        note=f"{'planned test' if planned else 'supporting'}: "
        f"Cochran-Mantel-Haenszel, two-sided, without continuity correction; {text}",
    )


def _refused(row: dict[str, Any], what: str, refusal: AnalysisError) -> Estimate:
    return Estimate(**row, note=f"not {what}: {refusal.problems[0].what}")
