"""The risk difference and the test over strata, against SAS, and through a protocol."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from equipoise.analyze.binary.estimates import binary
from equipoise.analyze.binary.stratified import stratified_measures
from equipoise.analyze.result import Estimate
from equipoise.errors import AnalysisError
from equipoise.protocol.model import Protocol
from equipoise.stats.proportions import cmh, stratified_risk_difference
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
    plain = found(trial(), SEXES)
    score = plain["stratified-score-difference"]
    assert (answer.estimate, answer.lower, answer.upper) == (
        score.estimate,
        score.lower,
        score.upper,
    )
    assert "Mantel-Haenszel weights, stratified score interval" in str(answer.note)
    assert "stratified-score-difference" not in rows  # it is the answer
    without = rows["unstratified-risk-difference"]
    assert without.estimate == plain["risk-difference"].estimate
    assert without.p is None
    assert str(without.note).startswith("supporting: without strata")


def test_participants_without_a_stratum_are_not_in_the_planned_estimate() -> None:
    some = {name: row for n, (name, row) in enumerate(SEXES.items()) if n > 2}
    rows = found(trial((METHOD, f'{METHOD}\nplanned = "stratified"')), some)
    assert rows["risk-difference"].n == 57
    assert rows["unstratified-risk-difference"].n == 60
    assert "excluded because a stratum is missing: 3" in str(
        rows["risk-difference"].note
    )


def test_strata_that_do_not_compare_the_arms_leave_no_planned_estimate() -> None:
    arms = {
        name: {"sex": "F" if row[0] == "active" else "M"}
        for name, row in SCORES.items()
    }
    rows = found(trial((METHOD, f'{METHOD}\nplanned = "stratified"')), arms)
    answer = rows["risk-difference"]
    assert answer.estimate is answer.lower is answer.p is None
    assert "the strata do not compare the arms" in str(answer.note)
    assert rows["unstratified-risk-difference"].estimate is not None


cells = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 12), st.integers(0, 12),
              st.integers(1, 12)).map(lambda c: (min(c[0], c[1]), c[1],
                                                 min(c[2], c[3]), c[3])),
    min_size=1, max_size=4,
)  # fmt: skip


@given(cells)
def test_the_interval_excludes_zero_where_the_test_rejects(
    tables: list[tuple[int, int, int, int]],
) -> None:
    x1, n1, x2, n2 = (np.array(part) for part in zip(*tables, strict=True))
    try:
        test = cmh([[[a, b - a], [c, d - c]] for a, b, c, d in tables]).general
    except AnalysisError:
        return  # no stratum has both outcomes
    score = stratified_risk_difference(x1, n1, x2, n2)
    assert score.p == pytest.approx(test.p, rel=1e-9, abs=1e-12)
    assume(abs(test.p - 0.05) > 1e-6)
    assert (score.lower > 0 or score.upper < 0) == (test.p < 0.05)
