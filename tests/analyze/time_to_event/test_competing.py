"""Competing events: who left before the event, and when."""

from dataclasses import replace

from equipoise.analyze.time_to_event.competing import with_causes
from equipoise.analyze.time_to_event.times import times
from tests.analyze.supporting.asking import asking, trial_data

PLAN = asking("timed", 'supporting = ["gray"]')
TIMED = PLAN.endpoint("timed")
DATA = trial_data(PLAN)


def test_leaving_after_the_event_does_not_compete() -> None:
    table = times(PLAN, DATA, TIMED)
    made, leaves = with_causes(PLAN, DATA, TIMED, table)
    assert leaves is not None
    assert not made.loc[leaves, "event"].any()
    assert (made["kind"] == 2).sum() == leaves.sum() > 0
    assert (made["time"] >= table["time"]).all()
    days = DATA.dispositions.query("milestone == 'study-withdrawn'")
    gone = made.loc[leaves, "participant"].map(days.set_index("participant")["day"])
    assert (made.loc[leaves, "time"] >= gone.astype(float)).all()


def test_without_dispositions_it_is_not_known() -> None:
    table = times(PLAN, DATA, TIMED)
    none = replace(DATA, dispositions=DATA.dispositions.iloc[:0])
    made, leaves = with_causes(PLAN, none, TIMED, table)
    assert leaves is None
    assert made is table
