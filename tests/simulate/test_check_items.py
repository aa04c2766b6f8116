"""What a scenario may state about items."""

import pytest

from equipoise.simulate.check import check_scenario
from equipoise.simulate.scenario_measurements import ItemCriterion
from tests.simulate.trials import (
    feder,
    feder_scenario,
    refused,
    small_protocol,
    small_scenario,
)

OLD = 'emphasis = [{ items = ["a"], factor = 1.5, assumed = true }]'
CRITERIA = {
    "item": ('{ items = ["z"], visits = ["start"], at_least = 1 }', "EQ611"),
    "item apart": ('{ items = ["d"], visits = ["start"], at_least = 2 }', "EQ611"),
    "visit": ('{ items = ["a"], visits = ["noon"], at_least = 1 }', "EQ611"),
    "answer": ('{ items = ["a"], visits = ["start"], at_least = 4 }', "EQ613"),
    "highest": ('{ items = ["a"], visits = ["start"], at_most = 9 }', "EQ613"),
}


def codes(new: str) -> list[str]:
    scenario = small_scenario((OLD, new))
    return [p.code for p in check_scenario(scenario, small_protocol())]


def test_criteria_and_clusters_that_fit() -> None:
    fits = '{ items = ["a", "b"], visits = ["start"], at_least = 1, assumed = true }'
    new = f'criteria = [{fits}]\nclusters = ["present"]\ntogether = 0.5'
    assert codes(new) == []


@pytest.mark.parametrize("name", CRITERIA)
def test_a_criterion_names_items_visits_and_answers_of_the_trial(name: str) -> None:
    stated, code = CRITERIA[name]
    new = f"criteria = [{stated[:-2]}, assumed = true }}]"
    assert codes(new) == [code]


def test_an_item_of_a_maximum_cannot_be_held() -> None:
    """QIDS items 1 to 4 are one part of the score: their highest counts."""
    qids = next(c for c in feder_scenario().courses if c.instrument == "qids_sr16")
    criterion = ItemCriterion(
        items=("1",), visits=("baseline",), at_most=1, assumed=True
    )
    items = qids.items.model_copy(update={"criteria": (criterion,)})
    courses = tuple(
        c.model_copy(update={"items": items}) if c is qids else c
        for c in feder_scenario().courses
    )
    scenario = feder_scenario().model_copy(update={"courses": courses})
    (problem,) = check_scenario(scenario, feder())
    assert problem.code == "EQ613"
    assert "'1' is not by itself a part of the score" in problem.what


@pytest.mark.parametrize(
    ("clusters", "code"),
    [
        ('["nothing"]', "EQ611"),
        ('["highest"]', "EQ613"),  # of groups of items
        ('["present", "mean"]', "EQ613"),  # both have a and b
    ],
)
def test_a_cluster_is_a_score_of_items_of_its_own(clusters: str, code: str) -> None:
    assert codes(f"clusters = {clusters}\ntogether = 0.5") == [code]


@pytest.mark.parametrize(
    "new",
    [
        'clusters = ["present"]',
        "together = 0.5",
        'criteria = [{ items = ["a"], visits = ["start"], assumed = true }]',
        'criteria = [{ items = ["a"], visits = ["start"], at_most = 1, at_least = 1, '
        "assumed = true }]",
        'criteria = [{ items = ["a"], visits = ["start"], at_least = 1, number = 2, '
        "assumed = true }]",
        'criteria = [{ items = ["a", "b"], visits = ["start"], at_most = 1, number = 2, '
        "assumed = true }]",
    ],
)
def test_half_a_statement_is_refused(new: str) -> None:
    assert {p.code for p in refused((OLD, new))} == {"EQ602"}
