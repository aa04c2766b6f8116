"""How schedules are spelled, and which cannot be followed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import SimulationError
from equipoise.simulate.maintenance.schedules import (
    Trigger,
    check_schedules,
    read_schedule,
)


@pytest.mark.parametrize(
    ("spelling", "days"),
    [
        ("none", ()),
        ("every:14", (14, 28, 42, 56)),
        ("every:30", (30,)),
        ("taper:7,14,28", (7, 21, 49)),
        ("taper:7x3,14", (7, 14, 21, 35, 49)),
        ("booster:7", ()),
    ],
)
def test_planned_infusions(spelling: str, days: tuple[int, ...]) -> None:
    """Worked out by hand; the last day of the horizon is too late to help."""
    assert read_schedule(spelling).planned(60) == days
    if spelling == "every:30":
        assert read_schedule(spelling).planned(61) == (30, 60)


@given(st.integers(1, 60), st.integers(1, 400))
def test_a_fixed_interval_plans_as_many_as_fit(gap: int, horizon: int) -> None:
    assert len(read_schedule(f"every:{gap}").planned(horizon)) == (horizon - 1) // gap


def test_a_booster_states_its_trigger() -> None:
    made = read_schedule("booster:7,within=0,infusions=2,most=6,least=14")
    assert made.trigger == Trigger(7, 0, 2, 6, 14)
    assert read_schedule("booster:14").ratings(43) == (14, 28, 42)
    assert read_schedule("every:14").ratings(43) == ()


@pytest.mark.parametrize(
    "spelling",
    [
        "weekly",
        "",
        "none:3",
        "every",
        "every:0",
        "every:-7",
        "every:7.5",
        "every:7,14",
        "every:٧",
        "every:99999",
        "taper:",
        "taper:7,0",
        "taper:7x0",
        "taper:7xx2",
        "booster:0",
        "booster:7,often=3",
        "booster:7,most=0",
        "booster:7,most=3,most=4",
        "booster:most=3",
    ],
)
def test_what_is_no_schedule_is_refused(spelling: str) -> None:
    with pytest.raises(SimulationError, match="EQ671"):
        read_schedule(spelling)


def test_schedules_that_cannot_be_followed_are_refused_all_at_once() -> None:
    some = [
        read_schedule(s) for s in ("every:14", "every:14", "every:200", "booster:7")
    ]
    with pytest.raises(SimulationError) as refused:
        check_schedules(some, 182, allowed=6)
    told = [problem.what for problem in refused.value.problems]
    assert {problem.code for problem in refused.value.problems} == {"EQ672"}
    assert len(told) == 5  # twice too many, one doubled, one too late, one without end
    with pytest.raises(SimulationError, match="EQ672"):
        check_schedules(some[:1], 0)
    check_schedules(
        [
            read_schedule("every:28"),
            read_schedule("booster:7,most=6"),
            read_schedule("none"),
        ],
        182,
        allowed=6,
    )
