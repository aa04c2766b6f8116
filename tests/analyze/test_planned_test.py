"""The planned test of an endpoint, and the multiplicity procedure that uses it."""

from equipoise.analyze.planned_test import planned_in
from equipoise.analyze.run import analyze
from tests.analyze.small import TEXT, data, protocol, random_scores

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
