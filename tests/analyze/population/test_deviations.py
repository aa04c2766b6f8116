"""Departures from the protocol, each made on purpose and found."""

from __future__ import annotations

import pandas as pd

from equipoise.analyze.population.deviations import deviations, listed, summary
from tests.analyze.feder import feder, virtual
from tests.analyze.small import SCORES, data, protocol


def test_a_trial_as_planned_has_only_what_was_missed() -> None:
    kinds = {d.kind for d in deviations(feder(), virtual())}
    assert kinds <= {"visit", "infusion"}


def test_every_kind_is_found() -> None:
    known = virtual()
    one, two, three, four = known.arm.index[:4]
    people, given, visits = known.participants, known.exposures, known.visits
    people.loc[people["participant"] == one, "age"] = 75
    given.loc[(given["participant"] == two) & (given["infusion"] == 1), "dose_mg"] *= (
        1.2
    )
    given.loc[(given["participant"] == three) & (given["infusion"] == 1), "drug"] = "x"
    row = (given["participant"] == four) & (given["infusion"] == 1)
    given.loc[row, ["interrupted", "reason"]] = [True, "vomiting"]
    late = (visits["participant"] == four) & (visits["visit"] == "week-2")
    visits.loc[late, "actual_day"] = 40
    visits.loc[late, "status"] = "done"
    visits.loc[late, "in_window"] = False
    found = {(d.participant, d.kind): d for d in deviations(feder(), known)}
    assert found[one, "eligibility"].what.startswith("Age 18 to 70 years: 75")
    assert " mg for " in found[two, "dose"].what
    assert found[three, "treatment"].what == "x was given"
    assert found[four, "infusion"].what == "vomiting"
    assert found[four, "window"].what == "day 40, window day 13 to 16"
    counts = {e.id: e.estimate for e in summary(feder(), known, list(found.values()))}
    assert (
        sum(v or 0 for k, v in counts.items() if k.startswith("deviations.dose")) == 1
    )
    rows = listed(feder(), known, list(found.values())).rows
    assert len(rows) == len(found)


def test_what_the_data_cannot_show_has_no_number() -> None:
    known = data(SCORES)
    found = {e.id: e.estimate for e in summary(protocol(), known, [])}
    assert found["deviations.treatment.active"] == 0  # drugs are recorded
    assert found["deviations.window.active"] is None  # visits are not
    assert found["deviations.eligibility.active"] is None  # no criterion has a rule


def test_none_is_said() -> None:
    known = data(SCORES)
    assert (
        listed(protocol(), known, deviations(protocol(), known)).note
        == "None was found."
    )


def test_who_was_not_randomized_cannot_deviate() -> None:
    known = virtual()
    people = set(known.arm.index)
    assert {d.participant for d in deviations(feder(), known)} <= people
    assert isinstance(known.arm, pd.Series)
