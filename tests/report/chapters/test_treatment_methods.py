"""Treatments, their days and their allocation, in words."""

from __future__ import annotations

import pytest

from equipoise.report.chapters.treatment_methods import (
    infusion_days,
    infusions,
    minus,
    randomization,
    treatments_table,
)
from tests.analyze.feder import feder
from tests.report.reports import trial


def test_days_of_infusions_have_the_right_plural() -> None:
    assert infusion_days(trial("tutorial")[0]) == "One infusion is planned on day 0"
    text = "Infusions are planned on days 0, 2, 4, 7, 9 and 11"
    assert infusion_days(feder()) == text
    assert len(infusions(feder())) == 6
    visits = tuple(v for v in feder().schedule.visits if v.infusion is None)
    schedule = feder().schedule.model_copy(update={"visits": visits})
    assert infusion_days(feder().model_copy(update={"schedule": schedule})) == ""


def test_the_table_has_a_row_for_each_arm() -> None:
    table = treatments_table(feder())
    assert [row[0] for row in table.rows] == [arm.label for arm in feder().arms]
    assert table.rows[0][3:] == ("0.5 mg/kg", "intravenous", "infused over 40 min")


@pytest.mark.parametrize(
    ("method", "text"), [("complete", "Complete"), ("minimization", "Minimization")]
)
def test_the_method_of_randomization_is_named(method: str, text: str) -> None:
    plan = feder().randomization.model_copy(update={"method": method, "bound": 1})
    found = randomization(feder().model_copy(update={"randomization": plan}))
    assert found.startswith(text)
    assert "differ by at most 1 participant;" in found.replace(" (", "; (")


def test_a_negative_day_has_a_minus_sign() -> None:
    assert minus(-3) == "−3"
