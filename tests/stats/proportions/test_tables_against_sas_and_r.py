"""The printed numbers of SAS and R for tables, strata, pairs and rates.

CAMIS: numbers as printed on its pages; each must round to the printed digits. ratesci: R
on tables with empty cells, strata of one outcome, and levels of 90 and 95 percent.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from equipoise.stats.event_rates import rate_difference
from equipoise.stats.proportions import (
    cmh,
    common_odds_ratio,
    common_risk_ratio,
    counts_by_stratum,
    cross_tables,
    homogeneity,
    odds_ratio,
    paired_difference,
    paired_ratio,
    proportion,
    risk_difference,
    risk_difference_test,
    risk_ratio,
    stratified_risk_difference,
)
from tests.printed_numbers import agrees, camis
from tests.reference_results import reference
from tests.shared_data import shared

RATESCI = reference("analyze/ratesci_tables")
WEIGHTS = {
    "MH": "mantel-haenszel",
    "MN": "miettinen-nurminen",
    "IVS": "inverse-variance",
}


def cases(kind: str) -> list[dict[str, Any]]:
    return [case for case in RATESCI["cases"] if case["kind"] == kind]


def close(found: Any, wanted: Any, atol: float = 5e-10) -> None:
    """To ten decimals: R prints twelve digits of a search that stops at 1e-12."""
    np.testing.assert_allclose(found, wanted, rtol=RATESCI["rtol"], atol=atol)


@pytest.mark.reference
@pytest.mark.parametrize("case", cases("proportions"), ids=str)
def test_stratified_score_agrees_with_ratesci(case: dict[str, Any]) -> None:
    counts = [case[name] for name in ("events1", "n1", "events2", "n2")]
    same = [
        a + c in (0, m + n) for a, m, c, n in zip(*counts, strict=True)
    ]  # then ratesci without its 0.5 has an infinite weight
    if case["weights"] == "IVS" and any(same):
        pytest.skip("a stratum has one outcome only")
    found = stratified_risk_difference(
        *counts, weights=WEIGHTS[case["weights"]], level=case["level"]
    )
    wanted = [case[name] for name in ("estimate", "lower", "upper", "z")]
    # Its weights stop at a change of 1e-8: six digits of MN, ten of the others.
    atol = 2e-7 if case["weights"] == "MN" else 5e-10
    close([found.estimate, *found.interval, found.statistic], wanted, atol)
    if case["weights"] == "MH":
        close(homogeneity(*counts, method="risk-difference").statistic, case["q"])


@pytest.mark.reference
@pytest.mark.parametrize("case", cases("pairs"), ids=str)
def test_paired_intervals_agree_with_ratesci(case: dict[str, Any]) -> None:
    for method in ("tango", "agresti-min", "bonett-price", "newcombe"):
        found = paired_difference(*case["counts"], case["level"], method)
        atol = 6e-7 if method == "newcombe" else 5e-10  # printed to six decimals
        close(found.interval, np.clip(case[method], -1, 1), atol)
    lower, upper = paired_ratio(*case["counts"], case["level"]).interval
    close(lower, case["tang"][0])
    assert (upper == np.inf) is (case["tang"][1] is None)
    if upper < np.inf:
        close(upper, case["tang"][1])


@pytest.mark.reference
@pytest.mark.parametrize("case", cases("rates"), ids=str)
def test_differences_of_rates_agree_with_ratesci(case: dict[str, Any]) -> None:
    numbers = [case[name] for name in ("events1", "time1", "events2", "time2")]
    found = rate_difference(*numbers, weights=WEIGHTS[case["weights"]])
    wanted = [case[name] for name in ("estimate", "lower", "upper")]
    atol = 2e-7 if case["weights"] == "MN" else 5e-10
    close([found.estimate, *found.interval], wanted, atol)


@pytest.mark.reference
@pytest.mark.parametrize("case", cases("proportion"), ids=str)
def test_intervals_of_one_proportion_agree_with_ratesci(case: dict[str, Any]) -> None:
    for method, wanted in case.items():
        if isinstance(wanted, list):
            found = proportion(case["events"], case["n"], case["level"], method)
            atol = 2e-8 if method == "blaker" else 5e-10  # R steps by 1e-8
            close(found.interval, np.clip(wanted, 0, 1), atol)


@cache
def cmh_numbers() -> dict[str, float]:
    frame = pd.read_csv(shared("data/camis_adcibc.csv"))
    some = frame[(frame["TRTPN"] != 54) & (frame["AGEGR1"] != ">80")]
    counts = counts_by_stratum(
        some["SEX"] == "F", some["TRTP"] == "Placebo", some["AGEGR1"]
    )
    order = sorted(frame["TRTP"].unique())
    three = cmh(
        cross_tables(frame["TRTP"], frame["SEX"], frame["AGEGR1"], row_order=order)
    )
    five = cmh(cross_tables(some["TRTP"], some["AVAL"], some["SEX"]))
    two = cross_tables(some["TRTP"], some["SEX"], some["AGEGR1"])
    numbers: dict[str, float] = {}

    def add(name: str, result: Any) -> None:
        numbers[f"{name}.chisq"], numbers[f"{name}.p"] = result.statistic, result.p

    def add_interval(name: str, result: Any) -> None:
        numbers[name] = result.estimate
        numbers[f"{name}.lower"], numbers[f"{name}.upper"] = result.interval

    for name in ("correlation", "general"):
        add(f"323.{name}", getattr(three, name))
    add("323.rowmeans", three.row_means)
    add("252.rowmeans", five.row_means)
    add("252.general", five.general)
    add("222.general", cmh(two).general)
    add("222.general-cc", cmh(two, correct=True).general)
    add("222.breslow-day", homogeneity(*counts))
    add("222.woolf", homogeneity(*counts, method="woolf"))
    for method, short in (("mantel-haenszel", "mh"), ("logit", "logit")):
        add_interval(f"222.or.{short}", common_odds_ratio(*counts, method=method))
        add_interval(f"222.rr1.{short}", common_risk_ratio(*counts, method=method))
    for method, short in (
        ("mantel-haenszel", "mh"),
        ("summary-score", "summary-score"),
        ("newcombe", "newcombe"),
    ):
        found = stratified_risk_difference(*counts, method=method)
        add_interval(f"222.rd.{short}", found)
        if found.std_error is not None:
            numbers[f"222.rd.{short}.se"] = found.std_error
            numbers[f"222.rd.{short}.z"] = found.statistic
            numbers[f"222.rd.{short}.p"] = found.p
    columns = zip(*counts, strict=True)
    for *four, name in columns:
        found = risk_difference(*four)
        key = {"<65": "under65"}.get(name, name)
        numbers[f"stratum-{key}.rd"] = found.estimate
        numbers[f"stratum-{key}.rd.mn.lower"] = found.lower
        numbers[f"stratum-{key}.rd.mn.upper"] = found.upper
    return numbers


@pytest.mark.reference
def test_every_printed_number_of_cochran_mantel_haenszel() -> None:
    """SAS PROC FREQ and R: all numbers of the pages have a way in, and agree."""
    found = cmh_numbers()
    rows = camis("cmh")["printed"]
    assert {row["id"] for row in rows} <= found.keys()
    assert [row for row in rows if not agrees(row["value"], found[row["id"]])] == []


# Not covered: skewness-corrected scores of ratesci, and SAS's exact relative risk.
ABSENT = ("rd.scas", "rr.exact-score")
DIFFERENCES = {"mn": "miettinen-nurminen", "exact-santner-snell": "exact"}
RATIOS = {"mn": "miettinen-nurminen", "score-no-n1": "score", "midp": "mid-p"}
# gsDesign stops at 1e-4: SAS and ratesci print these.
GSDESIGN = {
    "gs.or.mn.lower": "0.810258",
    "gs.or.mn.upper": "3.36344",
    "gs.rr.mn.upper": "2.73225",
}


@pytest.mark.reference
def test_every_printed_number_of_two_proportions() -> None:
    """SAS PROC FREQ with all of CL=, EXACT and NONINF, R ratesci and gsDesign."""
    four = (36, 154, 12, 77)
    wrong = []
    for row in camis("two_proportions")["printed"]:
        name, value = row["id"], row["value"]
        if name.startswith(ABSENT):
            continue
        value = GSDESIGN.get(name, value)
        measure, *rest = name.removeprefix("gs.").split(".")
        if name.startswith("rd.farrington"):
            test = risk_difference_test(
                *four, null=-0.036, method="farrington-manning", alternative="greater"
            )
            found = test.statistic if name.endswith("z") else test.p
        elif not rest:
            function = {"rd": risk_difference, "rr": risk_ratio, "or": odds_ratio}
            found = function[measure](*four).estimate
        else:
            found = _of(measure, rest[0])[rest[1]]
        if not agrees(value, found):
            wrong.append((name, value, found))
    assert wrong == []


@cache
def _of(measure: str, short: str) -> dict[str, float]:
    four = (36, 154, 12, 77)
    if measure == "rd":
        found: Any = risk_difference(*four, method=DIFFERENCES.get(short, short))
    elif measure == "rr":
        found = risk_ratio(*four, method=RATIOS.get(short, short))
    else:
        found = odds_ratio(*four, method=RATIOS.get(short, short))
    return {"lower": found.lower, "upper": found.upper}
