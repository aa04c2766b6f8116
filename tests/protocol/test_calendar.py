"""What is done at which visit: bundles first, each once written."""

import pytest
from pydantic import ValidationError

from equipoise.protocol.calendar import (
    Assessment,
    Measurement,
    Procedure,
    Schedule,
    Visit,
)

RATING = Procedure(
    id="rating",
    assess=(Assessment(instrument="caps5"), Assessment(instrument="madrs")),
)
DAY = Procedure(
    id="day",
    assess=(Assessment(instrument="cadss", minutes=(-30, 40)),),
    measure=(Measurement(names=("SYSBP", "DIABP"), minutes=(-30, 10)),),
)
FIRST = Visit(id="first", label="First", day=-3)
BOTH = Visit(
    id="both", label="Both", day=0, infusion=1, procedures=("day", "rating"),
    assess=(Assessment(instrument="cgi_s"),), measure=(Measurement(names=("TEMP",)),),
)  # fmt: skip
PLAN = Schedule(
    anchor="first infusion", baseline="first", procedures=(RATING, DAY),
    visits=(FIRST, BOTH),
)  # fmt: skip


def test_bundles_come_in_the_order_of_the_visit_then_its_own() -> None:
    names = [a.instrument for a in PLAN.assessments(BOTH)]
    assert names == ["cadss", "caps5", "madrs", "cgi_s"]
    assert [m.names for m in PLAN.measurements(BOTH)] == [("SYSBP", "DIABP"), ("TEMP",)]
    assert PLAN.assessments(BOTH)[0].minutes == (-30, 40)


def test_a_visit_without_bundles_has_what_it_states() -> None:
    assert PLAN.assessments(FIRST) == ()
    assert PLAN.measurements(FIRST) == ()


def test_a_visit_is_found_by_its_id() -> None:
    assert PLAN.visit("both") is BOTH
    with pytest.raises(KeyError):
        PLAN.visit("third")
    with pytest.raises(KeyError):
        PLAN.assessments(FIRST.model_copy(update={"procedures": ("unknown",)}))


def test_what_is_not_stated_is_the_careful_thing() -> None:
    assert FIRST.window == (0, 0)  # no day early or late
    assert FIRST.phase == "treatment"
    assert FIRST.only_if is None  # for everybody
    assert FIRST.infusion is None
    assert PLAN.weekends == "shift"


@pytest.mark.parametrize(
    "wrong",
    [
        {"infusion": 0},
        {"phase": "run-in"},
        {"window": (0,)},
        {"day": 1.5},
        {"id": "first visit"},
        {"id": ""},
        {"label": ""},
        {"colour": "red"},
    ],
)
def test_a_visit_of_the_wrong_shape_is_none(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Visit(**({"id": "v", "label": "V", "day": 1} | wrong))


def test_nothing_is_measured_without_a_name_and_no_schedule_is_empty() -> None:
    with pytest.raises(ValidationError):
        Measurement(names=())
    with pytest.raises(ValidationError):
        Schedule(anchor="x", baseline="y", visits=())


def test_a_schedule_is_never_changed_in_place() -> None:
    with pytest.raises(ValidationError):
        PLAN.visits[0].day = 1
