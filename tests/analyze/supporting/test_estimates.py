"""Supporting methods of a protocol: the numbers of the functions on the same rows."""

import pytest

from equipoise.analyze.continuous.estimates import model_frame
from equipoise.analyze.result import Estimate
from equipoise.analyze.run import analyze
from equipoise.analyze.supporting.estimates import METHODS, supporting_methods
from equipoise.errors import ProtocolError
from equipoise.protocol.model import Protocol
from equipoise.protocol.supporting_methods import SUPPORTING_METHODS
from equipoise.report.chapters.supporting_methods_table import supporting_methods_table
from equipoise.stats.ranks import hodges_lehmann, rank_sum_test, win_probability
from tests.analyze.small import data, random_scores
from tests.protocol.test_stratification import trial

SCORES = random_scores(3, 60)
SEXES = {name: {"sex": "FM"[n % 3 == 0]} for n, name in enumerate(SCORES)}
NUMBERS = '["rank-sum", "van-elteren", "win-probability"]'
RISK = 'method = "risk-difference"'
BINARY = '["common-odds-ratio", "common-risk-ratio", "stratified-newcombe"]'


def asking(continuous: str = NUMBERS, binary: str = BINARY) -> Protocol:
    return trial(
        ('method = "mmrm"', f'method = "mmrm"\nsupporting = {continuous}'),
        (
            'method = "risk-difference"',
            f'method = "risk-difference"\nsupporting = {binary}',
        ),
    )


def found(endpoint: str) -> dict[str, Estimate]:
    plan = asking()
    known = data(SCORES, trial=plan, more=SEXES)
    made = supporting_methods(plan, known, plan.endpoint(endpoint))
    return {row.analysis: row for row in made}


def test_every_name_has_its_method() -> None:
    assert set(METHODS) == set(SUPPORTING_METHODS)


def test_ranks_are_those_of_the_outcomes_at_the_visit() -> None:
    plan = asking()
    known = data(SCORES, trial=plan, more=SEXES)
    frame = model_frame(plan, known, plan.endpoint("change"))
    frame = frame[frame["visit"] == "week-2"]
    first = frame.loc[frame["arm"] == "active", "outcome"]
    second = frame.loc[frame["arm"] == "placebo", "outcome"]
    rows = found("change")
    test, shift = rank_sum_test(first, second), hodges_lehmann(first, second)
    row = rows["rank-sum"]
    assert (row.estimate, row.lower, row.upper) == (shift.estimate, *shift.interval)
    assert (row.p, row.n) == (test.p, len(first) + len(second))
    assert rows["win-probability"].estimate == win_probability(first, second).estimate
    assert rows["van-elteren"].estimate is None
    assert rows["van-elteren"].p is not None
    assert "stratified by sex" in str(rows["van-elteren"].note)


def test_the_strata_of_a_binary_endpoint() -> None:
    rows = found("response")
    assert set(rows) == {
        "common-odds-ratio",
        "common-risk-ratio",
        "stratified-newcombe",
    }
    odds = rows["common-odds-ratio"]
    assert odds.estimate is None  # no participant of the placebo arm responds
    assert odds.lower is not None
    assert "infinite" in str(odds.note)
    plan = asking()
    whole = analyze(plan, data(SCORES, trial=plan, more=SEXES))
    difference = whole["response.stratified-risk-difference"].estimate
    newcombe = rows["stratified-newcombe"]
    assert newcombe.estimate == pytest.approx(difference)


def test_what_cannot_be_estimated_says_why() -> None:
    plan = asking()
    none = {name: (arm, 20, 19, 19, 19, 19) for name, (arm, *_) in SCORES.items()}
    known = data(none, trial=plan, more=SEXES)
    for row in supporting_methods(plan, known, plan.endpoint("response")):
        assert row.estimate is None or row.analysis == "stratified-newcombe"
        assert "not estimable" in str(row.note) or row.estimate is not None


def test_the_report_has_a_row_for_each() -> None:
    plan = asking()
    results = analyze(plan, data(SCORES, trial=plan, more=SEXES))
    table = supporting_methods_table(plan, results)
    assert table is not None
    labels = [label.strip() for label, _ in table.rows]
    assert "Rank-sum test of van Elteren, stratified by sex" in labels
    assert len(labels) == 2 + 6
    assert supporting_methods_table(trial(), results) is None


@pytest.mark.parametrize(
    ("continuous", "why"),
    [
        ('["common-odds-ratio"]', "a continuous endpoint has no supporting method"),
        ('["rank-sum", "rank-sum"]', "'rank-sum' is listed twice"),
    ],
)
def test_names_that_do_not_fit_are_refused(continuous: str, why: str) -> None:
    with pytest.raises(ProtocolError, match=f"EQ122.*{why}"):
        asking(continuous)


def test_a_method_in_strata_needs_strata() -> None:
    with pytest.raises(ProtocolError, match=r"EQ122.*and there are none"):
        trial(
            ('strata = ["sex"]', ""),
            ('method = "mmrm"', 'method = "mmrm"\nsupporting = ["van-elteren"]'),
        )
