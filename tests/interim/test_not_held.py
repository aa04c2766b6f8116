"""A planned interim analysis that was not held: it spends no error, and it has a reason."""

from datetime import date

import pytest

from equipoise.design.sequential.actual_information import recalculated
from equipoise.design.sequential.boundaries import Rule
from equipoise.design.sequential.of_protocol import sequential_design
from equipoise.errors import DesignError
from equipoise.interim.analysis import boundaries, interim_analysis
from equipoise.interim.final import final_analysis
from equipoise.interim.not_held import not_held
from equipoise.interim.record import FIRST, NotHeld, from_text, to_text
from tests.interim.trials import planned, virtual

FIRST_DATE, SECOND, WHY = (
    date(2018, 1, 1),
    date(2019, 2, 1),
    "the committee had no quorum",
)
NAME = "caps5_change"


def test_the_record_is_one_chain() -> None:
    plan = planned()
    one = not_held(plan, 1, FIRST_DATE, f" {WHY} ")
    found = interim_analysis(plan, virtual(), 2, SECOND, record=one)
    assert isinstance(one[0], NotHeld)
    assert one[0].reason == WHY
    assert [entry.previous for entry in found.entries] == [FIRST, one[0].sha256]
    text = to_text(found.entries)
    assert from_text(text, origin="looks.json") == found.entries
    with pytest.raises(DesignError, match="was changed"):
        from_text(text.replace("quorum", "time"), origin="looks.json")


def test_the_next_analysis_spends_what_was_left() -> None:
    plan = planned()
    record = not_held(plan, 1, FIRST_DATE, WHY)
    found = interim_analysis(plan, virtual(), 2, SECOND, record=record)
    only = recalculated(
        sequential_design(plan),
        Rule(kind="lan-demets-of"),
        [found.found.information],
        found.planned,
    )
    assert found.efficacy == pytest.approx(only.upper[0], rel=1e-9)
    held = interim_analysis(plan, virtual(), 1, FIRST_DATE)
    both = interim_analysis(plan, virtual(), 2, SECOND, record=held.entries)
    assert found.efficacy < both.efficacy
    rows = boundaries(found)
    assert [row["analysis"] for row in rows] == [2, 3]
    assert rows[0]["observed_z"] == found.found.z
    assert rows[1]["observed_z"] is None


def test_a_trial_without_any_interim_analysis_is_the_ordinary_one() -> None:
    plan = planned()
    record = not_held(plan, 2, SECOND, WHY, record=not_held(plan, 1, FIRST_DATE, WHY))
    results = final_analysis(plan, virtual(), record)
    plain = results[f"{NAME}.difference.week-2.unadjusted"]
    for field in ("estimate", "lower", "upper", "p"):
        value = getattr(results[NAME], field)
        assert value == pytest.approx(getattr(plain, field), rel=1e-7)
    rows = {row.id: row for row in results.select(analysis="interim-analysis")}
    assert set(rows) == {f"{NAME}.interim.{k}" for k in (1, 2, 3)}
    assert rows[f"{NAME}.interim.1"].estimate is None
    assert WHY in str(rows[f"{NAME}.interim.1"].note)


def test_the_final_analysis_after_one_of_two() -> None:
    plan = planned()
    first = interim_analysis(plan, virtual(), 1, FIRST_DATE)
    with pytest.raises(DesignError, match="analysis 2 is missing"):
        final_analysis(plan, virtual(), first.entries)
    record = not_held(plan, 2, SECOND, WHY, record=first.entries)
    results = final_analysis(plan, virtual(), record)
    information = results[f"{NAME}.information.3"].estimate
    assert information is not None
    again = recalculated(
        sequential_design(plan),
        Rule(kind="lan-demets-of"),
        [first.found.information, information * first.planned],
        first.planned,
        final=True,
    )
    bound = results[f"{NAME}.boundary.3"].estimate
    assert bound == pytest.approx(again.upper[1], rel=1e-9)


@pytest.mark.parametrize(
    ("number", "reason", "code"), [(1, " ", "EQ839"), (3, WHY, "EQ836")]
)
def test_what_is_refused(number: int, reason: str, code: str) -> None:
    with pytest.raises(DesignError) as refused:
        not_held(planned(), number, SECOND, reason)
    assert refused.value.code == code


def test_nothing_follows_a_trial_that_stopped() -> None:
    plan = planned()
    stop = interim_analysis(plan, virtual(100), 1, date(2021, 6, 1))
    with pytest.raises(DesignError, match="stopped at analysis 1"):
        not_held(plan, 2, date(2021, 7, 1), WHY, record=stop.entries)
