"""The planned test of an endpoint, and the multiplicity procedure that uses it."""

import pytest

from equipoise.analyze.plan import plan as planned_analysis
from equipoise.analyze.planned_test import planned_in
from equipoise.analyze.run import analyze
from equipoise.errors import ProtocolError
from equipoise.protocol.supporting_methods import SUPPORTING_METHODS
from equipoise.report.chapters.statistics import method
from equipoise.report.chapters.supporting_methods_table import supporting_methods_table
from equipoise.report.chapters.time_tables import duration_table
from tests.analyze.small import TEXT, data, protocol, random_scores
from tests.analyze.supporting.asking import asking, trial_data

FAMILY = """
[multiplicity]
alpha = 0.05
procedure = "holm"
endpoints = ["change", "response", "relapse"]
assumed = true
[size]"""


def test_a_time_to_an_event_is_tested_by_the_log_rank_test() -> None:
    """Its answer is a median, which has no P value."""
    trial = protocol(TEXT.replace("[size]", FAMILY))
    results = analyze(trial, data(random_scores(1, 60), trial=trial))
    tests = {e.id: planned_in(results, e).id for e in trial.endpoints}
    assert tests == {
        "change": "change.difference.week-2",
        "response": "response.risk-difference",
        "relapse": "relapse.log-rank",
        "harm": "harm.risk-difference",
    }
    planned = results["relapse.log-rank"]
    adjusted = results["relapse.adjusted-p"]
    if planned.p is None:
        assert "could not be tested" in str(adjusted.note)
    else:
        assert adjusted.p is not None
        assert planned.p <= adjusted.p < 1 or adjusted.p == 1
        assert "could not be tested" not in str(adjusted.note)


@pytest.mark.parametrize("name", ["fleming-harrington", "max-combo"])
def test_a_weighted_test_of_a_time_may_be_planned(name: str) -> None:
    plan = asking("timed", f'supporting = ["cox", "{name}"]\nplanned = "{name}"')
    endpoint = plan.endpoint("timed")
    results = analyze(plan, trial_data(plan))
    row = planned_in(results, endpoint)
    assert row.id == f"timed.{name}"
    assert str(row.note).startswith("planned test: ")
    assert str(results["timed.log-rank"].note).startswith("supporting: log-rank")
    label = SUPPORTING_METHODS[name].label  # type: ignore[index]
    rows = [text for text, _ in duration_table(plan, results, endpoint).rows]
    assert f"{label}, stratified by sex (planned)" in rows
    assert "Log-rank test (supporting)" in rows
    table = supporting_methods_table(plan, results)
    assert table is not None
    assert not any(label in text for text, _ in table.rows)
    stated = method(plan, endpoint)
    assert "stratified by sex (planned). Supporting: log-rank test; log-rank" in stated
    assert f"; {label} (planned)" in str(planned_analysis(plan, endpoint))


@pytest.mark.parametrize(
    ("endpoint", "keys", "why"),
    [
        ("timed", 'planned = "max-combo"', "is not among the methods"),
        ("response", 'planned = "max-combo"', "cannot be 'max-combo'"),
    ],
)
def test_a_planned_method_is_listed_and_fits(
    endpoint: str, keys: str, why: str
) -> None:
    with pytest.raises(ProtocolError, match=f"EQ122.*{why}"):
        asking(endpoint, keys)
