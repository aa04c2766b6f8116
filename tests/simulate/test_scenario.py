"""Every statement of a scenario is found, with its place."""

from equipoise.simulate.scenario import statements
from tests.simulate.trials import feder_scenario, small_scenario


def test_each_statement_has_the_place_where_it_stands() -> None:
    places = dict(statements(small_scenario()))
    assert places["characteristics[2]"].source == "made up"
    for place in (
        "conduct.departures[2]",
        "between_visits",
        "courses[1].baseline",
        "courses[1].changes[2]",
        "courses[1].items.emphasis[1]",
        "relapses[1].medians[2]",
        "events[1]",
        "guesses[1]",
    ):
        assert places[place].assumed, place


def test_a_part_that_only_holds_statements_is_none() -> None:
    places = dict(statements(small_scenario()))
    assert "courses[1]" not in places
    assert "conduct" not in places


def test_every_number_of_the_reference_scenario_says_where_it_is_from() -> None:
    for place, statement in statements(feder_scenario()):
        assert (statement.source is not None) != statement.assumed, place
