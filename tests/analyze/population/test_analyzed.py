"""Who enters the analysis of the primary endpoint."""

from equipoise.analyze.population.analyzed import (
    NOT_IN_SET,
    not_analyzed,
    primary_score,
)
from tests.analyze.small import SCORES, TEXT, data, protocol, without_response

LATER = ["week-1", "week-2", "week-4", "week-6"]


def test_the_score_and_visit_of_the_primary_endpoint() -> None:
    endpoint, score, visit = primary_score(protocol())
    assert (endpoint.id, score, visit) == ("change", "hamd17.total", "week-2")


def test_a_definition_leads_to_its_score() -> None:
    text = (
        TEXT.replace('level = "primary"', 'level = "other"', 1)
        .replace(
            'label = "Response at week 2"\nlevel = "secondary"',
            'label = "Response at week 2"\nlevel = "primary"',
        )
        .replace('level = "other"', 'level = "exploratory"')
    )
    endpoint, score, visit = primary_score(protocol(text))
    assert (endpoint.id, score, visit) == ("response", "hamd17.total", "week-2")
    never = without_response(LATER, {"A4": SCORES["A4"]})
    assert not_analyzed(protocol(text), data(SCORES | never)) == {}


def test_everybody_with_an_outcome_is_analyzed() -> None:
    assert not_analyzed(protocol(), data()) == {}


def test_each_reason() -> None:
    scores = dict(SCORES)
    scores |= without_response(LATER, {"A1": SCORES["A1"]})
    scores |= without_response(["week-1", "week-2"], {"A2": SCORES["A2"]})
    scores |= without_response(["baseline"], {"P1": SCORES["P1"]})
    assert not_analyzed(protocol(), data(scores)) == {
        "A1": "No rating after baseline",
        "A2": "No rating that the estimand uses at the visits of the analysis",
        "P1": "No rating at baseline",
    }


def test_who_is_outside_the_set_and_a_set_that_is_not_known() -> None:
    text = TEXT.replace('population = "itt"', 'population = "safety"', 1)
    known = data(drugs={"A1": "active drug", "P1": "saline", "P2": "saline"})
    found = not_analyzed(protocol(text), known)
    assert found == dict.fromkeys(("A2", "A3", "A4", "P3", "P4"), NOT_IN_SET)
    assert not_analyzed(protocol(text), data(drugs={})) is None
