"""Adverse events of each participant, and when they cannot be compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equipoise.analyze.supporting.estimates import supporting_methods
from equipoise.analyze.supporting.event_counts import event_counts
from tests.analyze.supporting.asking import asking, trial_data

PLAN = asking("harm", 'supporting = ["rate-ratio", "negative-binomial"]')
HARM = PLAN.endpoint("harm")
DATA = trial_data(PLAN)


def test_every_event_of_a_participant_counts() -> None:
    table, reason = event_counts(PLAN, DATA, HARM)
    assert reason is None
    assert len(table) == 60
    inside = DATA.events["started_day"].astype(float) >= 0
    assert table["value"].sum() == inside.sum() > table["value"].gt(0).sum()
    assert (table["weeks"] > 0).all()


@pytest.mark.parametrize("lost", ["events", "exposures"])
def test_what_was_not_recorded_is_told_and_not_taken_as_none(lost: str) -> None:
    table: pd.DataFrame = getattr(DATA, lost)
    empty = replace(DATA, **{lost: table.iloc[:0]})
    for row in supporting_methods(PLAN, empty, HARM):
        assert row.estimate is None
        assert "not estimable: " in str(row.note)


def test_an_event_of_unknown_kind_stops_the_comparison() -> None:
    plan = asking("harm", 'supporting = ["rate-ratio"]')
    endpoint = plan.endpoint("harm")
    serious = endpoint.model_copy(
        update={"variable": endpoint.variable.model_copy(update={"events": "serious"})}
    )
    events = DATA.events.copy()
    flags = events["serious"].astype("boolean").copy()
    flags.iloc[:2] = pd.NA
    changed = replace(DATA, events=events.assign(serious=flags))
    _, reason = event_counts(plan, changed, serious)
    assert reason == "seriousness not recorded for 2 events"
    _, known = event_counts(plan, DATA, serious)
    assert known is None
    assert np.isfinite(event_counts(plan, DATA, serious)[0]["value"]).all()
