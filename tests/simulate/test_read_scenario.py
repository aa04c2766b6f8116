"""Reading a scenario: refused with every problem, or right."""

import pytest

from equipoise.errors import SimulationError
from equipoise.simulate.read_scenario import parse_scenario
from tests.simulate.trials import SCENARIO, changed, refused, small_scenario


def test_what_is_written_is_read() -> None:
    scenario = small_scenario()
    assert scenario.scenario.id == "evenings"
    assert scenario.courses[0].changes[0].by_visit == {"month-1": -2, "month-3": -3}
    assert scenario.conduct.recruitment.study_start.isoformat() == "2027-01-04"


def test_the_former_name_of_the_table_is_read_with_a_notice() -> None:
    former = SCENARIO.replace("[scenario]", "[truth]")
    assert former != SCENARIO
    with pytest.warns(FutureWarning, match=r"\[truth\] is now named \[scenario\]"):
        scenario = parse_scenario(former, origin="x.toml")
    assert scenario == parse_scenario(SCENARIO, origin="x.toml")


def test_a_text_that_is_not_toml_is_refused() -> None:
    with pytest.raises(SimulationError, match=r"EQ601.*\n.*Where: x\.toml"):
        parse_scenario("schema = ", origin="x.toml")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("schema = 1", "schema = 2", "schema"),
        ("days_between = 3", "days_between = 0", "conduct.recruitment.days_between"),
        ("missed_visit = 0.1", "missed_visit = 1.1", "attendance.missed_visit"),
        ('site = "Park"', "", "conduct.recruitment"),
        ("retest = 0.8", "retest = 1", "between_visits.retest"),
        ("mean = 6, sd = 1.5", "mean = 6, sd = -1", "courses[1].baseline.sd"),
        ("factor = 1.5", "factor = 0", "courses[1].items.emphasis[1].factor"),
        ("days = 40", "days = 0", "relapses[1].medians[1].days"),
        ("severe = 0.1", "awful = 0.1", "events[1].severity"),
        ('by = "rater"', 'by = "cook"', "guesses[1].by"),
        ('milestone = "study-withdrawn"', 'milestone = "gone"', "conduct.departures"),
        ('distribution = "shares"', 'distribution = "normal"', "characteristics[2]"),
        ("[[1], [0.3, 1], [-0.4, -0.5, 1]]", "[[1], [0.3, 1]]", "between_instruments"),
        ('title = "Walkers"', 'title = "Walkers"\ncolour = "red"', "scenario.colour"),
    ],
)
def test_a_wrong_shape_is_refused_with_its_place(
    old: str, new: str, place: str
) -> None:
    (problem,) = {p.where: p for p in refused((old, new))}.values()
    assert problem.code == "EQ602"
    assert place in problem.where
    assert problem.where.startswith("scenario.toml, ")


def test_every_problem_is_told_at_once() -> None:
    problems = refused(
        ("missed_visit = 0.1", "missed_visit = 2"),
        ("retest = 0.8", 'retest = "high"'),
        ("days_between = 3", ""),
    )
    assert len(problems) == 3


def test_a_long_value_is_cut_in_the_message() -> None:
    (problem,) = refused(("retest = 0.8", f'retest = "{"high" * 40}"'))
    assert len(problem.what) < 160
    assert "..." in problem.what


def test_a_value_of_the_wrong_type_is_shown() -> None:
    text = changed(SCENARIO, ("serious = 0.1", 'serious = "rarely"'))
    with pytest.raises(SimulationError, match="got 'rarely'"):
        parse_scenario(text, origin="x.toml")
