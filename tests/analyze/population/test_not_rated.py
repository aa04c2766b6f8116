"""Participants without a rating at the visit of the primary endpoint."""

from equipoise.analyze.population.not_rated import not_rated
from tests.analyze.small import SCORES, data, protocol, without_response


def test_who_was_not_rated_by_hand() -> None:
    found = {e.id.rpartition(".")[2]: e for e in not_rated(protocol(), data())}
    assert (found["active"].estimate, found["active"].n) == (1, 4)  # A4 at week 2
    assert (found["placebo"].estimate, found["placebo"].n) == (0, 4)
    assert found["active"].visit == "week-2"


def test_one_who_was_never_rated_again_counts() -> None:
    never = without_response(["week-1", "week-2"], {"A1": SCORES["A1"]})
    found = not_rated(protocol(), data(SCORES | never))
    assert found[0].estimate == 2
