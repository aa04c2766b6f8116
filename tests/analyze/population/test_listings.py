"""Listings 16.2.1 to 16.2.6."""

from __future__ import annotations

from equipoise.analyze.population.deviations import deviations
from equipoise.analyze.population.listings import (
    demographics,
    deviation_listing,
    discontinued,
    population_listings,
)
from tests.analyze.population.full import changed, full_protocol, trial, without
from tests.analyze.small import SCORES, data, protocol


def test_the_groups_of_ich_e3_in_their_order() -> None:
    found = population_listings(full_protocol(), trial(), [])
    groups = [part.group for part in found]
    assert list(dict.fromkeys(groups)) == [f"16.2.{k}" for k in range(1, 7)]
    assert len({part.id for part in found}) == len(found)
    files = [part.id for part in found if not part.printed]
    assert files == ["dosing-infusions"]
    for part in found:
        assert all(len(row) == len(part.columns) for row in part.rows)
        assert part.note
        assert not part.rows or "Randomized participants, sorted by" in part.note


def test_who_discontinued_with_the_last_visit_and_the_reason() -> None:
    known = data(
        milestones=[
            ("A4", "treatment-discontinued", 9, "Adverse event"),
            ("A4", "study-withdrawn", 12, None),
            ("P1", "study-completed", 42, None),
        ]
    )
    listing = discontinued(protocol(), known)
    assert listing.rows == (
        ("A4", "Active", "Week 1", "9", "Treatment", "discontinued", "Adverse event"),
        ("A4", "Active", "Week 1", "12", "Study", "withdrew", "not recorded"),
    )
    never = data(
        {"A4": ("active", *[None] * 5)},
        drugs={},
        milestones=[("A4", "study-withdrawn", 1, "moved")],
    )
    assert discontinued(protocol(), never).rows == (
        ("A4", "Active", "none recorded", "1", "Study", "withdrew", "moved"),
    )


def test_without_dispositions_it_is_not_known_who_discontinued() -> None:
    assert (
        discontinued(protocol(), data()).note
        == "The data hold no record of disposition."
    )
    known = data(milestones=[("P1", "study-completed", 42, None)])
    assert discontinued(protocol(), known).note == "No discontinuation was recorded."


def test_deviations_one_by_one_and_what_cannot_be_shown() -> None:
    rows = changed("exposures", {"participant": "A1"}, drug="saline")
    known = trial(exposures=rows)
    listing = deviation_listing(
        full_protocol(), known, deviations(full_protocol(), known)
    )
    assert listing.rows[0][:4] == (
        "A1", "Active", "Received another treatment than randomized", "Infusion 1",
    )  # fmt: skip
    bare = data(drugs={})
    note = deviation_listing(protocol(), bare, deviations(protocol(), bare)).note
    assert (
        "Infusion not given or not recorded: not known, the data hold no record of "
        "treatment given." in note
    )


def test_what_is_not_known_is_not_listed_as_a_deviation() -> None:
    rows = changed("exposures", {"participant": "A1"}, interrupted=None)
    known = trial(exposures=rows)
    listing = deviation_listing(
        full_protocol(), known, deviations(full_protocol(), known)
    )
    assert not [row for row in listing.rows if "interrupted" in row[2]]
    assert listing.note.endswith(
        "Values that are not recorded are counted in the summary."
    )


def test_no_deviation_of_the_kinds_that_can_show() -> None:
    listing = deviation_listing(full_protocol(), trial(), [])
    assert listing.note.startswith("No deviation of the kinds that the data can show")


def test_one_row_for_each_randomized_participant() -> None:
    known = data(more={"A1": {"age": 20, "sex": "F"}}, screened=["X1"])
    listing = demographics(protocol(), known)
    assert [row[0] for row in listing.rows] == sorted(SCORES)
    assert listing.columns == ("Participant", "Arm", "Age", "Sex", "HAMD-17 total")
    assert listing.rows[0] == ("A1", "Active", "20", "F", "20")
    assert listing.rows[1][2:4] == ("", "")
    gone = without("recorded_scores", participant="A1", visit="baseline")
    row = demographics(full_protocol(), trial(recorded_scores=gone)).rows[0]
    assert row[-1] == ""
