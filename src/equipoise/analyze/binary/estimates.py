"""Binary endpoints: risk difference with Miettinen-Nurminen, and Fisher's exact test."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.binary.effect_measures import adjusted, measures
from equipoise.analyze.binary.intercurrent_events import (
    EVENTS_NOT_KNOWN,
    arms_seen,
    counted,
    reached_at,
    settled,
)
from equipoise.analyze.binary.outcome_labels import by_arm_text, outcome_words
from equipoise.analyze.binary.responder_curve import responder_curve
from equipoise.analyze.binary.response_by_visit import response_by_visit
from equipoise.analyze.binary.stratified import (
    stratified_answer,
    stratified_measures,
)
from equipoise.analyze.result import Estimate
from equipoise.analyze.strata import stratum_of
from equipoise.dataset.collected import collected
from equipoise.dataset.derive import baseline, holds
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.stratification import analysis_strata
from equipoise.stats.proportions import (
    fisher,
    risk_difference,
    wilson,
)


def binary(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Risk difference first, then the proportion of each arm and Fisher's p-value.

    Where the planned analysis is stratified the difference, its interval and P value are
    those within strata; the difference without strata is a supporting estimate.

    Then the supporting measures; by arm the participants without a value and those whom
    each strategy for intercurrent events reached; the proportion at each visit, and by
    cut-off.
    """
    table = outcomes(protocol, data, endpoint)
    outcome = counted(table["outcome"], table["arm"], endpoint.analysis.missing)
    known = table.assign(outcome=outcome).dropna(subset="outcome")
    outcome = known["outcome"].astype(bool)
    behind = _behind(protocol, data, endpoint, table)
    note = "; ".join(dict.fromkeys(str(row.note) for row in behind if row.estimate))
    estimates = compare(protocol, endpoint, known["arm"], outcome, note or None)
    if endpoint.analysis.covariates and estimates[0].estimate is not None:
        covariates = _covariates(protocol, data, endpoint, known["participant"])
        words = outcome_words(protocol, endpoint)
        shared = _shared(endpoint)
        estimates.append(
            adjusted(endpoint, known["arm"], outcome, covariates, shared, words)
        )
    if analysis_strata(protocol, endpoint) and estimates[0].estimate is not None:
        stratum = stratum_of(protocol, data, endpoint, known["participant"])
        rows = stratified_measures(
            protocol, endpoint, known["arm"], outcome, stratum, _shared(endpoint)
        )
        if endpoint.analysis.planned == "stratified":
            estimates[0], *rows = stratified_answer(estimates[0], rows)
        estimates += rows
    arm = members(protocol, data, endpoint.estimand.population)
    estimates += behind
    estimates += response_by_visit(protocol, data, endpoint, arm)

    visit = str(endpoint.variable.at)
    reached = reached_at(protocol, data, endpoint, arm.index, visit)
    return estimates + responder_curve(
        protocol, data, endpoint, arm, lambda held: settled(held, reached)
    )


def _covariates(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    participants: pd.Series[Any],
) -> pd.DataFrame:
    """Covariates of the analysis by label; ``baseline`` is that of the score."""
    recorded = data.participants.set_index("participant")
    labels = {item.id: item.label for item in protocol.characteristics}
    columns = {}
    for name in endpoint.analysis.covariates:
        if name == "baseline":
            rule = protocol.definition(endpoint.variable.definition or "")
            values = baseline(data, protocol, rule.score or "")
            columns["baseline score"] = participants.map(values)
        else:
            columns[labels.get(name, name)] = participants.map(recorded[name])
    return pd.DataFrame(columns)


def _behind(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    table: pd.DataFrame,
) -> list[Estimate]:
    """Participants without a value, and reached by each strategy, by arm.

    The note of each states the counts of all arms. Where the data hold no dispositions
    it is not known whom an event reached: no count.
    """
    words = outcome_words(protocol, endpoint)
    counted_as = {
        "failure": f"counted as {words.without}",
        "excluded": "excluded from the analysis",
    }[endpoint.analysis.missing]
    kinds = {
        "missing": (
            "missing",
            table["outcome"].isna(),
            f"participants without a value {counted_as}",
        )
    }
    strategies = {event.strategy for event in endpoint.estimand.intercurrent}
    if "composite" in strategies:
        kinds["reached.composite"] = (
            "intercurrent-event",
            table["composite"],
            f"participants with an intercurrent event counted as {words.failure} "
            "(composite strategy)",
        )
    if "hypothetical" in strategies:
        kinds["reached.hypothetical"] = (
            "intercurrent-event",
            table["hypothetical"],
            "participants with an intercurrent event whose later rating counts as "
            "missing (hypothetical strategy)",
        )
    without = set(table["arm"]) - arms_seen(table["outcome"], table["arm"])
    unseen = " or ".join(arm.label for arm in protocol.arms if arm.id in without)
    estimates = []
    for name, (analysis, rows, text) in kinds.items():
        counts = {a.id: int(rows[table["arm"] == a.id].sum()) for a in protocol.arms}
        known = analysis != "intercurrent-event" or collected(data, "dispositions")
        found = by_arm_text(protocol, counts) if known else EVENTS_NOT_KNOWN
        if name == "missing" and unseen and endpoint.analysis.missing == "failure":
            found += f"; not so in {unseen}, where no participant has a value"
        estimates += [
            Estimate(
                id=f"{endpoint.id}.{name}.{arm}",
                analysis=analysis,
                contrast=arm,
                estimate=float(count) if known else None,
                n=int((table["arm"] == arm).sum()),
                note=f"{text}: {found}",
                **{**_shared(endpoint), "level": None},
            )
            for arm, count in counts.items()
        ]
    return estimates


@derived_once
def outcomes(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """Whether each participant of the set has the outcome, after intercurrent events.

    A composite event up to the day of the visit is a failure; the rating of a visit
    after a hypothetical event counts as missing. An event on the planned day of a visit
    that was not held comes before that visit (``attendance.after_event``).

    Returns:
        ``participant, arm, outcome, composite, hypothetical``; the outcome missing where
        it cannot be known, the last two whether an event with that strategy decided.
    """
    variable = endpoint.variable
    if variable.definition is None or variable.at is None:
        raise ValueError(f"endpoint {endpoint.id!r} has no definition at a visit")
    arm = members(protocol, data, endpoint.estimand.population)
    held = holds(data, protocol, variable.definition, variable.at).reindex(arm.index)
    reached = reached_at(protocol, data, endpoint, arm.index, variable.at)
    return pd.DataFrame(
        {
            "participant": arm.index,
            "arm": arm.to_numpy(),
            "outcome": settled(held, reached).array,
            "composite": reached["composite"].to_numpy(),
            "hypothetical": reached["hypothetical"].to_numpy(),
        }
    )


def compare(
    protocol: Protocol,
    endpoint: Endpoint,
    arm: pd.Series[Any],
    outcome: pd.Series[Any],
    note: str | None,
) -> list[Estimate]:
    """The estimates of a proportion: difference, one for each arm, and the test.

    Args:
        protocol: of the trial.
        endpoint: binary or incidence.
        arm: arm of each participant.
        outcome: whether each has it.
        note: for the reader of the difference.
    """
    pair, level = endpoint.estimand.treatment, endpoint.analysis.level
    counts = {
        group.id: (int(outcome[arm == group.id].sum()), int((arm == group.id).sum()))
        for group in protocol.arms
    }
    (x1, n1), (x2, n2) = counts[pair.arm], counts[pair.versus]
    shared = _shared(endpoint)
    label = f"{pair.arm} - {pair.versus}"
    proportions = _proportions(endpoint, counts, shared)
    difference: dict[str, Any] = {
        "id": f"{endpoint.id}.risk-difference",
        "analysis": "risk-difference",
        "contrast": label,
        "n": n1 + n2,
    }
    if not n1 or not n2:
        empty = [a for a, n in ((pair.arm, n1), (pair.versus, n2)) if not n]
        labels = " or ".join(protocol.arm(a).label for a in empty)
        reason = f"not estimable: no participant in {labels} has a value"
        return [Estimate(**difference, note=reason, **shared), *proportions]
    found = risk_difference(x1, n1, x2, n2, level)
    p = fisher(x1, n1, x2, n2)
    notes = (note, "p: Fisher's exact test")
    answer = Estimate(
        **difference,
        estimate=found.estimate,
        lower=found.lower,
        upper=found.upper,
        p=p,
        note="; ".join(part for part in notes if part),
        **shared,
    )
    analysis = endpoint.analysis
    planned = analysis.planned == "unstratified" and analysis.margin is None
    standing = "planned test" if planned else "supporting"
    test = Estimate(
        id=f"{endpoint.id}.fisher",
        analysis="fisher",
        contrast=label,
        p=p,
        n=n1 + n2,
        note=f"{standing}: Fisher's exact test, two-sided",
        **{**shared, "level": None},
    )
    words = outcome_words(protocol, endpoint)
    more = measures(endpoint, (x1, n1, x2, n2), found, shared, words)
    return [answer, *proportions, test, *more]


def _shared(endpoint: Endpoint) -> dict[str, Any]:
    """Fields of every estimate of the endpoint."""
    return {
        "endpoint": endpoint.id,
        "population": endpoint.estimand.population,
        "visit": endpoint.variable.at,
        "level": endpoint.analysis.level,
    }


def _proportions(
    endpoint: Endpoint, counts: dict[str, tuple[int, int]], shared: dict[str, Any]
) -> list[Estimate]:
    estimates = []
    for arm, (events, n) in counts.items():
        lower, upper = (
            wilson(events, n, shared["level"]).interval if n else (None, None)
        )
        estimates.append(
            Estimate(
                id=f"{endpoint.id}.proportion.{arm}",
                analysis="proportion",
                contrast=arm,
                estimate=events / n if n else None,
                lower=lower,
                upper=upper,
                n=n,
                note=None if n else "no participant in this arm has a value",
                **shared,
            )
        )
        estimates.append(
            Estimate(
                id=f"{endpoint.id}.count.{arm}",
                analysis="count",
                contrast=arm,
                estimate=float(events) if n else None,
                n=n,
                **{**shared, "level": None},
            )
        )
    return estimates
