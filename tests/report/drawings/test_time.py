"""Curves of time to an event."""

from equipoise.report.drawings.time import curve, time_zero
from tests.analyze.feder import feder
from tests.report.made import results

RELAPSE = feder().endpoint("relapse")


def test_the_curve_is_drawn_and_time_zero_named() -> None:
    made = curve(feder(), RELAPSE, results(), False)
    assert made.name == "relapse-curve"
    assert time_zero(feder(), RELAPSE) == "week 2"


def test_the_last_infusion_can_be_time_zero() -> None:
    moved = tuple(
        d.model_copy(update={"zero": "last-infusion"}) if d.id == "relapse" else d
        for d in feder().definitions
    )
    other = feder().model_copy(update={"definitions": moved})
    assert time_zero(other, RELAPSE) == "the last infusion"
