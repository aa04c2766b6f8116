"""The states of participants, visits and instruments."""

from equipoise.report.inspection.completeness import (
    STATES,
    aggregated,
    completeness,
    planned,
    subject_label,
)
from tests.exchange.small import protocol
from tests.report.inspection.shown import findings


def test_what_is_planned_follows_the_schedule() -> None:
    plan = [(part.visit, part.subject) for part in planned(protocol())]
    assert plan == [
        ("baseline", "madrs"),
        ("infusion", "exposures"),
        ("day-1", "madrs"),
        ("day-7", "madrs"),
    ]
    assert subject_label(protocol(), "madrs") == "MADRS"


def test_each_participant_is_in_one_state_at_each_planned_visit() -> None:
    table = completeness(findings())
    assert len(table) == 24 * 4
    counts = aggregated(table)
    assert (counts[list(STATES)].sum(axis=1) == 24).all()
    last = counts[counts["visit"] == "day-7"].iloc[0]
    assert (last["complete"], last["partial"], last["absent"]) == (19, 1, 4)
