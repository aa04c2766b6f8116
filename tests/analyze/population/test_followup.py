"""Extent of follow-up, counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from equipoise.analyze.population.followup import by_visit, follow_up
from equipoise.analyze.result import Estimate
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.population.full import full_protocol, tables, trial, without
from tests.analyze.small import SCORES, data, protocol, without_response


def visits(known: UnblindedTrialData) -> dict[str, Estimate]:
    found = by_visit(full_protocol(), known)
    return {e.id.removeprefix("visits."): e for e in found}


def test_days_to_the_last_rating_and_weeks_with_day_0_included() -> None:
    found = {e.id: e.estimate for e in follow_up(protocol(), data())}
    days = [43, 43, 15, 8]  # A1 and A2 to week 6, A3 to week 2, A4 to week 1
    last = [day - 1 for day in days]
    assert found["follow-up.median.active"] == pytest.approx(np.median(last))
    assert found["follow-up.total.active"] == pytest.approx(sum(days) / 7)
    assert found["follow-up.lower-quartile.active"] == pytest.approx(
        np.quantile(last, 0.25)
    )


def test_a_milestone_can_be_later_than_the_last_visit() -> None:
    known = data(milestones=[("A4", "lost-to-follow-up", 30, "moved")])
    found = {e.id: e.estimate for e in follow_up(protocol(), known)}
    assert found["follow-up.total.active"] == pytest.approx((43 + 43 + 15 + 31) / 7)


def test_an_arm_without_anything_since_day_0_has_no_person_time() -> None:
    scores = {p: row for p, row in SCORES.items() if row[0] == "placebo"}
    never = without_response(["week-1", "week-2", "week-4", "week-6"], scores)
    drugs = {p: "active drug" for p, row in SCORES.items() if row[0] == "active"}
    found = {e.id: e for e in follow_up(protocol(), data(SCORES | never, drugs=drugs))}
    total = found["follow-up.total.placebo"]
    assert (total.estimate, total.n) == (None, 0)
    assert total.note == "the data hold nothing since day 0"


def test_visits_by_hand() -> None:
    rows = without("visits", participant="A4", visit="week-6")
    found = visits(trial(visits=rows))
    at = {k: found[f"{k}.week-6.active"].estimate
          for k in ("due", "held", "missed", "unrecorded", "unknown")}  # fmt: skip
    assert at == {"due": 4, "held": 2, "missed": 1, "unrecorded": 1, "unknown": 0}
    four = {k: found[f"{k}.week-4.active"].estimate for k in ("due", "held", "missed")}
    assert four == {"due": 2, "held": 2, "missed": 0}  # only responders are due


def test_visits_without_a_status_leave_open_who_missed_one() -> None:
    found = {e.id: e for e in by_visit(protocol(), data())}
    assert found["visits.missed.week-6.active"].estimate is None
    assert found["visits.held.week-6.active"].estimate == 2
    done = tables()["visits"].query("status == 'done'")
    assert visits(trial(visits=done))["missed.week-6.active"].estimate is None


def test_a_missing_rating_leaves_open_who_was_due() -> None:
    scores = without("recorded_scores", participant="A4", visit="week-1")
    assert visits(trial(recorded_scores=scores))["unknown.week-4.active"].estimate == 1


def test_without_records_of_visits_missed_is_not_known() -> None:
    found = {e.id: e for e in by_visit(protocol(), data(drugs={}))}
    assert found["visits.missed.week-2.active"].estimate is None
    assert found["visits.unrecorded.week-2.active"].estimate == 1
    for kind in ("due", "held", "missed", "unrecorded", "unknown"):
        assert found[f"visits.{kind}.infusion.active"].estimate is None


@pytest.mark.parametrize("table", ["visits", "recorded_scores", "dispositions"])
def test_fewer_rows_never_lengthen_follow_up_or_clear_a_visit(table: str) -> None:
    def total(known: UnblindedTrialData) -> tuple[float, float]:
        rows = follow_up(full_protocol(), known)
        weeks = sum(e.estimate or 0 for e in rows if e.analysis == "total")
        kinds = ("missed", "unrecorded", "unknown")
        open_ = sum(e.estimate or 0 for e in rows if e.analysis in kinds)
        return weeks, open_

    weeks, open_ = total(trial())
    frame = tables()[table]
    for keep in ([], list(range(0, len(frame), 2)), list(range(len(frame) // 2))):
        left: pd.DataFrame = frame.iloc[keep]
        fewer_weeks, more_open = total(trial(**{table: left}))
        assert fewer_weeks <= weeks
        assert more_open >= open_
