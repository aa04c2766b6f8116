"""Stratified tables of CAMIS: PROC FREQ with CMH, R mantelhaen.test and vcd."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from equipoise.stats.proportions import (
    ChiSquare,
    cmh,
    common_odds_ratio,
    common_risk_ratio,
    cross_tables,
    homogeneity,
    risk_difference,
    stratified_risk_difference,
)
from tests.camis.printed import Method
from tests.shared_data import shared

COUNTS = ([20, 8], [40, 12], [25, 4], [49, 10])
ARMS = ["Placebo", "Xanomeline High Dose", "Xanomeline Low Dose"]  # as SAS sorts them


def _test(name: str, test: ChiSquare | None) -> dict[str, float | None]:
    assert test is not None
    return {f"{name}.chisq": test.statistic, f"{name}.p": test.p}


def tables() -> dict[str, float | None]:
    """Tests of the three tables."""
    data = pd.read_csv(shared("data/camis_adcibc.csv"))
    part = data[(data["TRTPN"] != 54) & (data["AGEGR1"] != ">80")]
    two = cross_tables(
        part["TRTP"], part["SEX"], part["AGEGR1"], row_order=ARMS[:2],
        column_order=["F", "M"],
    )  # fmt: skip
    five = cross_tables(part["TRTPN"], part["AVAL"], part["SEX"])
    three = cross_tables(
        data["TRTP"], data["SEX"], data["AGEGR1"], row_order=ARMS,
        column_order=["F", "M"],
    )  # fmt: skip
    values: dict[str, float | None] = {}
    for name, table in {"222": two, "323": three, "252": five}.items():
        tests = cmh(table)
        values |= _test(f"{name}.general", tests.general)
        values |= _test(f"{name}.rowmeans", tests.row_means)
        values |= _test(f"{name}.correlation", tests.correlation)
    return values | _test("222.general-cc", cmh(two, correct=True).general)


def common() -> dict[str, float | None]:
    """Common ratios and differences, and tests of homogeneity."""
    values: dict[str, float | None] = {}
    for name, method in {"mh": "mantel-haenszel", "logit": "logit"}.items():
        for measure, function in {
            "or": common_odds_ratio,
            "rr1": common_risk_ratio,
        }.items():
            found = function(*COUNTS, method=method)  # type: ignore[arg-type]
            values[f"222.{measure}.{name}"] = found.estimate
            values[f"222.{measure}.{name}.lower"] = found.lower
            values[f"222.{measure}.{name}.upper"] = found.upper
    for name, method in {"mh": "mantel-haenszel", "summary-score": "summary-score",
                         "newcombe": "newcombe"}.items():  # fmt: skip
        start = f"222.rd.{name}"
        difference = stratified_risk_difference(*COUNTS, method=method)  # type: ignore[arg-type]
        fields = {"se": "std_error", "lower": "lower", "upper": "upper",
                  "z": "statistic", "p": "p"}  # fmt: skip
        values[start] = difference.estimate
        values |= {f"{start}.{key}": getattr(difference, field)
                   for key, field in fields.items()}  # fmt: skip
    values |= _test("222.breslow-day", homogeneity(*COUNTS))
    values |= _test("222.woolf", homogeneity(*COUNTS, method="woolf"))
    for i, stratum in enumerate(("65-80", "under65")):
        alone = risk_difference(*(column[i] for column in COUNTS))
        start = f"stratum-{stratum}.rd"
        values |= {start: alone.estimate, f"{start}.mn.lower": alone.lower,
                   f"{start}.mn.upper": alone.upper}  # fmt: skip
    return values


def ours() -> Mapping[str, float | None]:
    """Everything."""
    return tables() | common()


METHOD = Method(
    file="cmh",
    title="Stratified tables",
    call="cmh(cross_tables(arm, sex, age_group)).general\n"
    "common_odds_ratio([20, 8], [40, 12], [25, 4], [49, 10])\n"
    'stratified_risk_difference([20, 8], [40, 12], [25, 4], [49, 10], method="newcombe")',
    ours=ours,
    why=(
        "SAS and R sort the arms by the alphabet, High Dose before Low Dose, and print "
        "0.0009 for the correlation. With the doses in their order it is 1.8860: here the "
        "order is given (`row_order=`), and text has none otherwise.",
        "SAS does not correct for continuity, R's `mantelhaen.test` does by default "
        "(`222.general-cc`); here `correct=True` gives R's number.",
        "SAS's `COMMONRISKDIFF(CL=SCORE)` is Agresti's summary score, not the stratified "
        "interval of Miettinen and Nurminen, which is the default here.",
    ),
)
