"""Scenarios that do not fit the protocol are refused, each with its code and place."""

import pytest

from equipoise.errors import SimulationError
from equipoise.simulate.check import check_scenario
from equipoise.simulate.operating_characteristics.grid import (
    GridOptions,
    grid_scenarios,
)
from equipoise.simulate.trial import simulate
from tests.simulate.trials import (
    SCENARIO,
    feder,
    feder_scenario,
    misfits,
    small_protocol,
    small_scenario,
)

WALK = '{ arm = "walk", by_visit = { month-1 = -2, month-3 = -3 }, assumed = true },'
THIRD = 'instrument = "third"\nscore = "global"'
MISFITS = {
    "instrument": (
        ('instrument = "third"', 'instrument = "fourth"'),
        {
            ("EQ612", "courses"),
            ("EQ611", "courses[3].instrument"),
            ("EQ612", "between_instruments.names"),
        },
    ),
    "score": (
        (THIRD, 'instrument = "third"\nscore = "local"'),
        {("EQ611", "courses[3].score")},
    ),
    "rule": (
        (THIRD, 'instrument = "third"\nscore = "met"'),
        {("EQ614", "courses[3].score"), ("EQ613", "courses[3]")},
    ),
    "item": (
        ('items = ["a"]', 'items = ["z"]'),
        {("EQ611", "courses[1].items.emphasis[1]")},
    ),
    "mean": (("mean = 6, sd = 1.5", "mean = 10, sd = 1.5"), {("EQ613", "courses[1]")}),
    "arm": (
        (WALK, WALK.replace("walk", "run")),
        {("EQ611", "courses[1].changes"), ("EQ612", "courses[1].changes")},
    ),
    "arm missing": ((WALK, ""), {("EQ612", "courses[1].changes")}),
    "visit": (
        (WALK, WALK.replace("month-3", "month-9")),
        {("EQ611", "courses[1].changes[1].by_visit")},
    ),
    "baseline": (
        (WALK, WALK.replace("month-1", "start")),
        {("EQ613", "courses[1].changes[1].by_visit")},
    ),
    "correlation": (
        (
            'names = ["third", "second", "small"]\n'
            "lower = [[1], [0.3, 1], [-0.4, -0.5, 1]]",
            'names = ["second", "small"]\nlower = [[1], [-0.5, 1]]',
        ),
        {("EQ612", "between_instruments.names")},
    ),
    "definition": (
        ('definition = "loss"', 'definition = "better"'),
        {("EQ611", "relapses[1]")},
    ),
    "arm of a relapse": (
        ('{ arm = "walk", days = 40', '{ arm = "run", days = 40'),
        {("EQ611", "relapses[1]")},
    ),
}


def places(*replace: tuple[str, str], **other) -> set[tuple[str, str]]:
    return {(p.code, p.where.split(", ", 1)[1]) for p in misfits(*replace, **other)}


def test_the_scenarios_of_these_tests_fit() -> None:
    assert misfits() == []
    assert check_scenario(feder_scenario(), feder()) == []


@pytest.mark.parametrize("name", MISFITS)
def test_a_scenario_that_does_not_fit_is_told_why(name: str) -> None:
    replace, expected = MISFITS[name]
    assert places(replace) == expected


def test_a_scenario_of_another_trial_is_refused_by_its_name() -> None:
    """One problem: everything else that does not fit is a consequence."""
    with pytest.raises(SimulationError) as refusal:
        simulate(feder(), small_scenario(), seed=1)
    assert [p.code for p in refusal.value.problems] == ["EQ661"]


def test_another_scenario_under_the_name_of_the_trial_is_refused_with_everything() -> (
    None
):
    renamed = small_scenario(('protocol = "evenings"', 'protocol = "feder2021"'))
    with pytest.raises(SimulationError) as refusal:
        simulate(feder(), renamed, seed=1)
    assert {"EQ611", "EQ612"} <= {p.code for p in refusal.value.problems}
    assert len(refusal.value.problems) > 20


def test_a_grid_refuses_a_scenario_before_it_derives_a_variant() -> None:
    """Without effect, each arm is specified as the last: the check would find nothing."""
    third = feder().arms[0].model_copy(update={"id": "low"})
    protocol = feder().model_copy(update={"arms": (third, *feder().arms)})
    with pytest.raises(SimulationError) as refusal:
        grid_scenarios(protocol, feder_scenario(), 1, GridOptions((20,), (0.0,)))
    assert {p.code for p in refusal.value.problems} == {"EQ612"}


def test_a_definition_needs_a_course_of_its_score() -> None:
    """The criterion, the visit for some and the relapse are about ``small.present``."""
    present = small_protocol(
        ('score = "small.total"', 'score = "small.present"'),
        ("min = 3 }", "min = 1 }"),
    )
    assert places(protocol=present) == {
        ("EQ612", "relapses[1].definition"),
        ("EQ612", "visit month-2 of the protocol, only_if"),
        ("EQ612", "courses"),
    }


def test_a_visit_for_some_needs_an_earlier_visit_for_all_that_rates_the_score() -> None:
    """Who is better than at baseline cannot be known at baseline."""
    too_early = small_protocol(
        ("day = 30, window", 'day = 30, only_if = "better", window')
    )
    assert places(protocol=too_early) == {
        ("EQ613", "visit month-1 of the protocol, only_if"),
        ("EQ613", "visit month-2 of the protocol, only_if"),
    }


MINUTES = '{ instrument = "third", minutes = [-30, 60] }'


def test_what_is_rated_at_minutes_is_stated_as_acute() -> None:
    timed = small_protocol(('{ instrument = "third" }', MINUTES))
    assert places(protocol=timed) == {("EQ613", "courses[3].instrument")}


ACUTE = """
[[acute]]
instrument = "third"
score = "global"
rest = { mean = -1, sd = 1, assumed = true }
course = { minutes = [0], share = [1], assumed = true }
attenuation = { value = 1, assumed = true }
stable = { value = 0.5, assumed = true }
items = { spread = 0, stable = 0, assumed = true }
peaks = [{ arm = "walk", mean = 20, sd = 1, assumed = true }]

[[vitals]]
name = "PULSE"
unit = "beats/min"
rest = { mean = 70, sd = 8, assumed = true }
within = { sd = 4, assumed = true }
course = { minutes = [0], share = [1], assumed = true }
limits = { min = 40, max = 160, assumed = true }

[between_vitals]
names = ["SYSBP"]
lower = [[1]]
assumed = true

"""


def test_acute_courses_and_vital_signs_must_fit_as_well() -> None:
    measured = small_protocol(
        (
            '{ id = "rating", assess',
            '{ id = "rating", measure = [{ names = ["TEMP"] }], assess',
        )
    )
    start, end = (
        SCENARIO.index('[[courses]]\ninstrument = "third"'),
        SCENARIO.index("[[rel"),
    )
    found = places((SCENARIO[start:end], ACUTE), protocol=measured)
    assert found == {
        ("EQ613", "acute[1]"),
        ("EQ612", "acute[1].peaks"),
        ("EQ611", "vitals"),
        ("EQ612", "vitals"),
        ("EQ612", "vitals[1].rises"),
        ("EQ612", "between_vitals.names"),
    }
