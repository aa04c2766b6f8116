"""Parts of a scenario, multiplied."""

import pytest

from equipoise.simulate.operating_characteristics.scaled_scenario import scaled
from tests.simulate.trials import feder, feder_scenario, small_protocol, small_scenario

SAME = dict.fromkeys(("first", "second", "sd", "lasting"), 1.0)


def test_scaling_by_one_changes_nothing() -> None:
    assert scaled(feder(), feder_scenario(), "caps5", SAME) == feder_scenario()
    assert scaled(small_protocol(), small_scenario(), "small", SAME) == small_scenario()


def test_effects_are_scaled_by_what_brings_them() -> None:
    factors = SAME | {"first": 2.0, "second": 3.0, "sd": 0.5, "lasting": 4.0}
    found = scaled(feder(), feder_scenario(), "caps5", factors)
    old, new = feder_scenario().courses[0], found.courses[0]
    for before, after in zip(old.effects, new.effects, strict=True):
        assert after.drug == 2 * before.drug
        assert after.placebo == 3 * before.placebo
        assert after.expectancy == before.expectancy
    assert new.after.sd == 0.5 * old.after.sd
    assert found.courses[1:] == feder_scenario().courses[1:]
    assert found.response is not None
    assert found.response.half_life.days == pytest.approx(
        4 * feder_scenario().response.half_life.days
    )


def test_changes_are_scaled_by_arm() -> None:
    factors = SAME | {"first": 2.0, "second": 3.0}
    before = small_scenario().courses[0].changes
    after = (
        scaled(small_protocol(), small_scenario(), "small", factors).courses[0].changes
    )
    by_arm = {small_protocol().arms[0].id: 2.0, small_protocol().arms[-1].id: 3.0}
    for old, new in zip(before, after, strict=True):
        for visit, value in old.by_visit.items():
            assert new.by_visit[visit] == by_arm[old.arm] * value
