"""Extent of follow-up, counted by hand."""

import numpy as np
import pytest

from equipoise.analyze.population.followup import follow_up
from tests.analyze.small import data, protocol


def test_days_to_the_last_rating_day_0_included() -> None:
    found = {e.id: e.estimate for e in follow_up(protocol(), data())}
    days = [43, 43, 15, 8]  # A1 and A2 to week 6, A3 to week 2, A4 to week 1
    assert found["follow-up.median.active"] == pytest.approx(np.median(days))
    assert found["follow-up.total.active"] == pytest.approx(sum(days) / 7)
    assert found["follow-up.lower-quartile.active"] == pytest.approx(
        np.quantile(days, 0.25)
    )


def test_a_milestone_can_be_later_than_the_last_visit() -> None:
    known = data(milestones=[("A4", "lost-to-follow-up", 30, "moved")])
    found = {e.id: e.estimate for e in follow_up(protocol(), known)}
    assert found["follow-up.total.active"] == pytest.approx((43 + 43 + 15 + 31) / 7)
