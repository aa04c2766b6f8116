"""The risk difference and the test over strata, against SAS, and through a protocol."""

import numpy as np
import pandas as pd
import pytest

from equipoise.analyze.binary.estimates import binary
from equipoise.analyze.binary.stratified import stratified_measures
from equipoise.analyze.result import Estimate
from equipoise.protocol.model import Protocol
from tests.analyze.small import data, random_scores
from tests.protocol.test_stratification import trial

# events and participants of the arm, and of the arm of comparison, by stratum
SAS = {"65-80": (20, 40, 25, 49), "below 65": (8, 12, 4, 10)}
METHOD = 'method = "risk-difference"'
SCORES = random_scores(3, 60)
SEXES = {name: {"sex": "FM"[n % 3 == 0]} for n, name in enumerate(SCORES)}


def measured(tables: dict[str, tuple[int, int, int, int]]) -> dict[str, Estimate]:
    rows: list[tuple[str, bool, str]] = []
    for name, (x1, n1, x2, n2) in tables.items():
        for arm, x, n in (("active", x1, n1), ("placebo", x2, n2)):
            rows += [(arm, number < x, name) for number in range(n)]
    arm, outcome, stratum = (pd.Series(part) for part in zip(*rows, strict=True))
    plan = trial()
    endpoint = plan.endpoint("response")
    shared = {"endpoint": "response", "population": "itt", "visit": None, "level": 0.95}
    made = stratified_measures(plan, endpoint, arm, outcome, stratum, shared)
    return {row.analysis: row for row in made}


def test_sas_prints_the_same() -> None:
    """CAMIS, page SAS/cmh: PROC FREQ with CMH and COMMONRISKDIFF(CL=MH); 4 decimals."""
    rows = measured(SAS)
    difference, test = rows["stratified-risk-difference"], rows["cmh"]
    assert (difference.lower, difference.upper) == (
        pytest.approx(-0.1431, abs=5e-5),
        pytest.approx(0.2326, abs=5e-5),
    )
    assert difference.estimate == pytest.approx(0.0448, abs=5e-5)
    assert difference.std_error == pytest.approx(0.0958, abs=5e-5)
    assert test.statistic == pytest.approx(0.2166, abs=5e-5)
    assert test.p == pytest.approx(0.6417, abs=5e-5)


def test_statsmodels_has_the_same_test() -> None:
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    whole = [
        np.array([[x1, n1 - x1], [x2, n2 - x2]]) for x1, n1, x2, n2 in SAS.values()
    ]
    theirs = tables.StratifiedTable(whole).test_null_odds()
    assert measured(SAS)["cmh"].p == pytest.approx(theirs.pvalue, rel=1e-12)


def test_one_stratum_is_the_plain_difference() -> None:
    found = measured({"all": (8, 12, 4, 10)})["stratified-risk-difference"]
    assert found.estimate == pytest.approx(8 / 12 - 4 / 10)


def test_strata_with_one_arm_or_one_outcome_compare_nothing() -> None:
    alone = measured({**SAS, "one arm": (5, 9, 0, 0)})
    assert alone["cmh"].p == measured(SAS)["cmh"].p
    assert "(3 strata)" in str(alone["cmh"].note)
    none = measured({"a": (5, 9, 0, 0), "b": (0, 0, 1, 4)})
    for row in none.values():
        assert row.p is None
        assert row.estimate is None
        assert "the strata do not compare the arms" in str(row.note)
    assert measured({"a": (0, 9, 0, 4)})["cmh"].p is None


def found(plan: Protocol, sexes: dict[str, dict[str, str]]) -> dict[str, Estimate]:
    known = data(SCORES, trial=plan, more=sexes)
    made = binary(plan, known, plan.endpoint("response"))
    return {row.id.removeprefix("response."): row for row in made}


def test_through_a_protocol_fisher_is_planned_and_the_strata_support() -> None:
    rows = found(trial(), SEXES)
    answer = rows["risk-difference"]
    assert answer.p == rows["fisher"].p
    assert str(rows["fisher"].note).startswith("planned test")
    assert str(rows["cmh"].note).startswith("supporting: Cochran-Mantel-Haenszel")
    some = {name: row for n, (name, row) in enumerate(SEXES.items()) if n > 2}
    fewer = found(trial(), some)["cmh"]
    assert fewer.n == 57
    assert "excluded because a stratum is missing: 3" in str(fewer.note)


def test_the_protocol_may_plan_the_test_in_strata() -> None:
    rows = found(trial((METHOD, f'{METHOD}\nplanned = "stratified"')), SEXES)
    answer = rows["risk-difference"]
    assert answer.p == rows["cmh"].p != rows["fisher"].p
    assert "p: Cochran-Mantel-Haenszel test" in str(answer.note)
    assert str(rows["cmh"].note).startswith("planned test")
    assert str(rows["fisher"].note).startswith("supporting")
    plain = found(trial(), SEXES)["risk-difference"]
    assert (answer.estimate, answer.lower) == (plain.estimate, plain.lower)
