"""Errors where nothing works and where some doses do."""

from equipoise.design.adaptive.dose_selection import operating_characteristics
from equipoise.design.adaptive.doses import Doses
from equipoise.design.adaptive.familywise_error import familywise


def test_the_doses_that_work_are_those_with_the_largest_effects() -> None:
    seen: list[tuple[float, ...]] = []

    def error(effects: tuple[float, ...]) -> float:
        seen.append(effects)
        return [0.02, 0.04, 0.01][len(seen) - 1]

    found = familywise([1.0, 3.0, 2.0], error)
    assert seen == [(0.0, 0.0, 0.0), (0.0, 3.0, 0.0), (0.0, 3.0, 2.0)]
    assert found.none_works == 0.02
    assert found.some_work == 0.04


def test_one_dose_has_no_partial_null() -> None:
    assert familywise([1.0], lambda effects: 0.03).some_work == 0.0


def test_an_effect_takes_the_place_of_an_error() -> None:
    design = Doses(doses=3, first=15, second=15)
    found = familywise(
        [0.2, 0.4, 0.1], lambda e: operating_characteristics(design, e).error
    )
    assert 0 < found.some_work < found.none_works <= design.alpha + 1e-9
