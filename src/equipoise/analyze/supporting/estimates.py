"""The supporting methods of an endpoint, one estimate each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from equipoise.analyze.binary.estimates import outcomes
from equipoise.analyze.binary.intercurrent_events import counted
from equipoise.analyze.continuous.estimates import model_frame
from equipoise.analyze.result import Estimate
from equipoise.analyze.strata import strata_text, stratum_of
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.supporting_methods import SUPPORTING_METHODS, SupportingName
from equipoise.stats.proportions import (
    common_odds_ratio,
    common_risk_ratio,
    counts_by_stratum,
    stratified_risk_difference,
)
from equipoise.stats.ranks import (
    hodges_lehmann,
    rank_sum_test,
    van_elteren,
    win_probability,
)


@dataclass(frozen=True)
class Compared:
    """The rows of the two arms that a method compares.

    Attributes:
        value: number or boolean of each participant.
        treated: whether in the arm of interest.
        stratum: of each; None without strata.
        level: coverage.
    """

    value: pd.Series[Any]
    treated: pd.Series[Any]
    stratum: pd.Series[Any] | None
    level: float

    @property
    def groups(self) -> tuple[Any, Any]:
        """Values of the arm of interest, and of the other."""
        first = self.treated.to_numpy(bool)
        values = self.value.to_numpy(float)
        return values[first], values[~first]

    @property
    def counts(self) -> Any:
        """Counts of a binary outcome by stratum."""
        labels = None if self.stratum is None else self.stratum.to_numpy(object)
        return counts_by_stratum(
            self.value.to_numpy(bool), self.treated.to_numpy(bool), labels
        )


def supporting_methods(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """One estimate for each name in ``supporting`` of the analysis.

    A continuous endpoint is compared by the outcomes that were observed at the visit of
    the estimate, after intercurrent events and without imputation; a binary one as it
    was counted. A method that is not possible states the reason.
    """
    made = []
    for name in endpoint.analysis.supporting:
        method = SUPPORTING_METHODS[name]
        frame = _frame(protocol, data, endpoint, method.strata)
        rows = frame.dropna(subset=["stratum"]) if method.strata else frame
        notes = [f"supporting: {method.label[:1].lower()}{method.label[1:]}"]
        if method.strata:
            notes.append(strata_text(protocol, endpoint))
        if endpoint.type == "continuous":
            notes.append("outcomes observed at the visit, without imputation")
        if len(rows) < len(frame):
            lost = len(frame) - len(rows)
            notes.append(f"participants excluded because a stratum is missing: {lost}")
        compared = Compared(
            rows["value"],
            rows["treated"],
            rows["stratum"].astype(str) if method.strata else None,
            endpoint.analysis.level,
        )
        made.append(_estimate(endpoint, name, compared, "; ".join(notes)))
    return made


def _frame(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint, strata: bool
) -> pd.DataFrame:
    """``value, treated, stratum`` of each participant of the two arms with a value."""
    pair = endpoint.estimand.treatment
    if endpoint.type == "continuous":
        frame = model_frame(protocol, data, endpoint)
        frame = frame[frame["visit"] == endpoint.variable.at]
        table = frame.assign(value=frame["outcome"])
    else:
        found = outcomes(protocol, data, endpoint)
        held = counted(found["outcome"], found["arm"], endpoint.analysis.missing)
        table = found.assign(value=held)
    table = table[table["arm"].isin([pair.arm, pair.versus])].dropna(subset=["value"])
    stratum: Any = ""
    if strata:
        stratum = stratum_of(protocol, data, endpoint, table["participant"])
    return pd.DataFrame(
        {
            "value": table["value"],
            "treated": (table["arm"] == pair.arm).astype(bool),
            "stratum": stratum,
        }
    )


def _estimate(
    endpoint: Endpoint, name: SupportingName, compared: Compared, note: str
) -> Estimate:
    pair = endpoint.estimand.treatment
    row: dict[str, Any] = {
        "id": f"{endpoint.id}.{name}",
        "endpoint": endpoint.id,
        "analysis": name,
        "population": endpoint.estimand.population,
        "visit": endpoint.variable.at,
        "contrast": f"{pair.arm} - {pair.versus}",
        "n": len(compared.value),
    }
    try:
        numbers: dict[str, Any] = dict(METHODS[name](compared))
    except AnalysisError as refusal:
        return Estimate(
            **row, note=f"{note}; not estimable: {refusal.problems[0].what}"
        )
    if SUPPORTING_METHODS[name].kind != "test" and "estimate" not in numbers:
        note += "; infinite: an arm without, or with only, the outcome"
    limits = {"lower", "upper"} & numbers.keys()
    level = compared.level if limits else None
    return Estimate(**row, **numbers, level=level, note=note)


def _rank_sum(compared: Compared) -> dict[str, float]:
    first, second = compared.groups
    shift = hodges_lehmann(first, second, level=compared.level)
    test = rank_sum_test(first, second)
    return {
        "estimate": shift.estimate,
        "lower": shift.lower,
        "upper": shift.upper,
        "statistic": test.z,
        "p": test.p,
    }


def _van_elteren(compared: Compared) -> dict[str, float]:
    stratum: Any = compared.stratum
    test = van_elteren(compared.value, compared.treated, stratum)
    return {"statistic": test.chi_square, "df": 1.0, "p": test.p}


def _win_probability(compared: Compared) -> dict[str, float]:
    found = win_probability(*compared.groups, level=compared.level)
    return _known(found, "estimate", "lower", "upper", "std_error", "df", "p")


def _odds_ratio(compared: Compared) -> dict[str, float]:
    found = common_odds_ratio(*compared.counts, level=compared.level)
    return _known(found, "estimate", "lower", "upper")


def _risk_ratio(compared: Compared) -> dict[str, float]:
    found = common_risk_ratio(*compared.counts, level=compared.level)
    return _known(found, "estimate", "lower", "upper")


def _newcombe(compared: Compared) -> dict[str, float]:
    found = stratified_risk_difference(
        *compared.counts, method="newcombe", level=compared.level
    )
    return _known(found, "estimate", "lower", "upper")


def _known(found: Any, *names: str) -> dict[str, float]:
    """The numbers of a result that are finite."""
    values = {name: getattr(found, name) for name in names}
    return {
        n: float(v)
        for n, v in values.items()
        if v is not None and abs(v) < float("inf")
    }


METHODS: Mapping[SupportingName, Callable[[Compared], dict[str, float]]] = {
    "rank-sum": _rank_sum,
    "van-elteren": _van_elteren,
    "win-probability": _win_probability,
    "common-odds-ratio": _odds_ratio,
    "common-risk-ratio": _risk_ratio,
    "stratified-newcombe": _newcombe,
}
