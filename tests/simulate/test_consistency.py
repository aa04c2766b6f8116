"""Scenarios that nothing can be like are refused, each with its code and place."""

import pytest

from tests.simulate.trials import refused

IMPOSSIBLE = {
    "no source": (
        'shares = { F = 0.6, M = 0.4 }\nsource = "made up"',
        "shares = { F = 0.6, M = 0.4 }",
        "EQ603",
        "characteristics[2]",
    ),
    "source and assumed": (
        "retest = 0.8",
        'retest = 0.8\nsource = "a paper"',
        "EQ603",
        "between_visits",
    ),
    "not even assumed": (
        "mean = 6, sd = 1.5, assumed = true",
        "mean = 6, sd = 1.5",
        "EQ603",
        "courses[1].baseline",
    ),
    "stable above retest": ("stable = 0.5\ndays", "stable = 0.9\ndays", "EQ604", ""),
    "beyond 1": ("[0.3, 1]", "[1.3, 1]", "EQ604", "between_instruments.lower"),
    "diagonal": ("[[1], [0.3, 1]", "[[0.9], [0.3, 1]", "EQ604", "between_instruments"),
    "contradiction": ("[-0.4, -0.5, 1]", "[0.9, -0.9, 1]", "EQ604", "between"),
    "shares": ("F = 0.6", "F = 0.5", "EQ605", "characteristics[2].shares"),
    "severity": ("mild = 0.9", "mild = 0.8", "EQ605", "events[1].severity"),
    "guess": ("walk = 0.6,", "walk = 0.5,", "EQ605", "guesses[1].shares"),
    "exclusions": (
        'reason = "no time"\nprobability = 0.1',
        'reason = "no time"\nprobability = 0.95',
        "EQ605",
        "conduct",
    ),
    "departures": (
        'arm = "wait"\nmilestone = "treatment-discontinued"',
        'arm = "walk"\nmilestone = "treatment-discontinued"',
        None,  # 0.2 + 0.1 is possible
        "",
    ),
    "sd too large": ("mean = 60\nsd = 15", "mean = 60\nsd = 36", "EQ606", "[1]"),
    "mean outside": ("mean = 60\nsd = 15", "mean = 95\nsd = 15", "EQ606", "[1]"),
    "window": ("days = [10, 80]", "days = [80, 10]", "EQ606", "departures[1].days"),
    "window of new": ("days = [1, 60]", "days = [61, 60]", "EQ606", "new_treatments"),
    "arm twice": (
        '{ arm = "wait", by_visit = { month-1 = -0.5 }',
        '{ arm = "walk", by_visit = { month-1 = -0.5 }',
        "EQ607",
        "courses[1].changes",
    ),
    "characteristic twice": ('id = "sex"', 'id = "age"', "EQ607", "characteristics"),
    "median twice": (
        '{ arm = "wait", days = 20',
        '{ arm = "walk", days = 20',
        "EQ607",
        "relapses[1].medians",
    ),
    "correlation twice": (
        'names = ["third", "second", "small"]',
        'names = ["small", "second", "small"]',
        "EQ607",
        "between_instruments.names",
    ),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_scenario_is_refused(name: str) -> None:
    old, new, code, place = IMPOSSIBLE[name]
    problems = refused((old, new))
    assert [p.code for p in problems] == ([] if code is None else [code])
    for problem in problems:
        assert place in problem.where
        assert problem.fix


def test_a_log_normal_number_has_its_minimum_below_its_maximum() -> None:
    (problem,) = refused(
        (
            'distribution = "bounded"\nmean = 60\nsd = 15\nmin = 18\nmax = 90',
            'distribution = "lognormal"\nmedian = 60\nlog_sd = 1\nmin = 90\nmax = 18',
        )
    )
    assert problem.code == "EQ606"


VITALS = """
[[vitals]]
name = "PULSE"
unit = "beats/min"
rest = { mean = 70, sd = 8, assumed = true }
within = { sd = 4, assumed = true }
course = { minutes = [0], share = [1], assumed = true }
limits = { min = 160, max = 40, assumed = true }

[between_vitals]
names = ["PULSE"]
lower = [[2]]
assumed = true

[[events]]
"""


def test_every_contradiction_is_told_at_once() -> None:
    problems = refused(
        ("[[events]]\n", VITALS),
        ("F = 0.6", "F = 0.5"),
        ("days = [10, 80]", "days = [80, 10]"),
    )
    assert sorted(p.code for p in problems) == ["EQ604", "EQ605", "EQ606", "EQ606"]
