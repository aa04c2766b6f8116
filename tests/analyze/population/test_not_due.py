"""What is no deviation, because it was not due any more."""

from __future__ import annotations

import pandas as pd
import pytest

from equipoise.analyze.population.deviations import deviations
from equipoise.analyze.population.not_due import not_due
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.feder import feder, virtual
from tests.analyze.population.full import full_protocol, tables, trial
from tests.analyze.small import data, protocol


def counts(known: UnblindedTrialData) -> dict[str, float | None]:
    rows = not_due(full_protocol(), known)
    return {row.id.removeprefix("not-due."): row.estimate for row in rows}


def left(person: str, milestone: str, day: int | None) -> UnblindedTrialData:
    rows = tables()["dispositions"]
    ended = rows["milestone"].isin(["treatment-completed", "study-completed"])
    rows = rows[~(ended & (rows["participant"] == person))]
    more = pd.DataFrame(
        [(person, milestone, day, None)],
        columns=["participant", "milestone", "day", "reason"],
    )
    return trial(dispositions=pd.concat([rows, more], ignore_index=True))


def test_a_trial_that_everybody_completed_has_none() -> None:
    assert set(counts(trial()).values()) == {0.0}


@pytest.mark.parametrize(("day", "visits"), [(41, 1), (42, 1), (43, 0)])
def test_visits_on_and_after_the_day_of_leaving(day: int, visits: int) -> None:
    """A3 did not come to week 6, on day 42; week 4 is for responders only."""
    known = left("A3", "lost-to-follow-up", day)
    found = counts(known)
    assert found["visits.active"] == visits
    assert found["visit.active"] == min(visits, 1)
    assert found["visit.placebo"] == 0
    missed = {
        (d.participant, d.where)
        for d in deviations(full_protocol(), known)
        if d.kind == "visit-missed"
    }
    # Each visit that was not held is counted once: here, or as a deviation.
    assert (("A3", "Week 6") in missed) is (visits == 0)


def test_infusions_after_treatment_was_discontinued() -> None:
    """The virtual participant stops on day 8: infusions 5 and 6 were not given."""
    known = virtual(n=6)
    person = known.arm.index[0]
    gone = known.exposures["participant"].eq(person) & known.exposures["infusion"].gt(4)
    at = known.visits["participant"].eq(person) & known.visits["visit"].isin(
        ["infusion-5", "infusion-6"]
    )
    measured = known.measurements["participant"].eq(person) & known.measurements[
        "visit"
    ].isin(["infusion-5", "infusion-6"])
    rated = known.answers["participant"].eq(person) & known.answers["visit"].isin(
        ["infusion-5", "infusion-6"]
    )
    ends = known.dispositions["participant"].eq(person) & known.dispositions[
        "milestone"
    ].eq("treatment-completed")
    stop = pd.DataFrame(
        {"participant": [person], "milestone": "treatment-discontinued", "day": 8}
    )
    changed = {
        "exposures": known.exposures[~gone],
        "visits": known.visits[~at],
        "measurements": known.measurements[~measured],
        "answers": known.answers[~rated],
        "dispositions": pd.concat([known.dispositions[~ends], stop]),
    }
    made = UnblindedTrialData.from_tables(feder(), dict(known.tables()) | changed)
    assert isinstance(made, UnblindedTrialData)
    found = {row.id: row.estimate for row in not_due(feder(), made)}
    arm = known.arm[person]
    assert found[f"not-due.infusion.{arm}"] == 1
    assert found[f"not-due.infusions.{arm}"] == 2
    kinds = {d.kind for d in deviations(feder(), made) if d.participant == person}
    assert "infusion-missed" not in kinds


def test_without_dispositions_it_is_not_known() -> None:
    rows = not_due(protocol(), data())
    assert {row.estimate for row in rows} == {None}
    assert all("not known, the data hold no record of disp" in r.note for r in rows)
    bare = not_due(protocol(), data(drugs={}))
    assert not [row for row in bare if "infusion" in row.id]
