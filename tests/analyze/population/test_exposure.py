"""Exposure by infusion, counted by hand."""

import pytest

from equipoise.analyze.population.exposure import by_infusion
from tests.analyze.feder import feder, virtual
from tests.analyze.small import data, protocol


def test_each_infusion_by_arm() -> None:
    known = virtual()
    found = {e.id: e for e in by_infusion(feder(), known)}
    rows = known.exposures[known.exposures["infusion"] == 3]
    mine = rows[rows["participant"].map(known.arm) == "ketamine"]
    assert found["infusions.given.3.ketamine"].estimate == len(mine)
    mean = found["infusions.dose-mean.3.ketamine"]
    assert mean.estimate == pytest.approx(mine["dose_mg"].mean())
    assert found["infusions.dose-sd.3.ketamine"].estimate == pytest.approx(
        mine["dose_mg"].std()
    )


def test_what_is_not_recorded_has_no_number() -> None:
    found = {e.id: e for e in by_infusion(protocol(), data())}
    assert found["infusions.given.1.active"].estimate == 4
    assert found["infusions.dose-mean.1.placebo"].estimate is None
    assert found["infusions.interrupted.1.active"].estimate is None


def test_no_infusions_no_table() -> None:
    assert by_infusion(protocol(), data(drugs={})) == []
