"""What cannot all be true of one person."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest

from equipoise.dataset.tables import MILESTONES
from tests.dataset.tiny import frame, only, read, refused, rows, tables


def milestones(*reached: str) -> pd.DataFrame:
    return frame("participant milestone", *(("P1", name) for name in reached))


def test_randomized_before_consent() -> None:
    people = tables()["participants"].replace(
        {"consented_at": {"2027-01-04": "2027-01-06"}}
    )
    given = tables(participants=people)
    problem = only(given)
    assert problem.code == "EQ311"
    assert problem.where == "table participants, columns consented_at and randomized_at"
    assert rows(problem, "participant") == [("P1",)]
    data = read(given, accept=("EQ311",))
    assert data.participants["consented_at"][0] == pd.Timestamp("2027-01-06")
    assert data.origin.accepted == ("EQ311: 1 record",)


def test_consent_and_randomization_on_the_same_day() -> None:
    people = tables()["participants"].replace(
        {"randomized_at": {"2027-01-05T09:30": "2027-01-04"}}
    )
    assert read(tables(participants=people)).origin.accepted == ()


def test_randomized_before_consent_by_milestone() -> None:
    given = frame(
        "participant milestone day",
        ("P1", "consented", 1),
        ("P1", "randomized", 0),
        ("P2", "consented", 0),
        ("P2", "randomized", 0),
        ("P3", "consented", None),
    )
    problem = only(tables(dispositions=given))
    assert problem.code == "EQ311"
    assert rows(problem, "participant", "milestone", "day") == [
        ("P1", "consented", 1),
        ("P1", "randomized", 0),
    ]


def test_an_end_before_its_beginning() -> None:
    events = tables()["events"].assign(stopped_day=[-1, None])
    exposures = tables()["exposures"].assign(stopped_at=[None, "2027-01-06T09:59"])
    one, other = refused(tables(events=events, exposures=exposures))
    assert (one.code, other.code) == ("EQ311", "EQ311")
    assert one.where == "table exposures, columns started_at and stopped_at"
    assert other.where == "table events, columns started_day and stopped_day"
    assert rows(one, "participant") == [("P2",)]
    assert rows(other, "stopped_day") == [(-1,)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("treatment-completed", "treatment-discontinued"),
        ("study-completed", "study-withdrawn"),
        ("study-completed", "lost-to-follow-up"),
        ("excluded", "randomized"),
    ],
)
def test_milestones_of_which_a_person_has_one(one: str, other: str) -> None:
    people = frame("participant", ("P1",), ("P2",))
    given = pd.concat(
        [milestones(one, other), frame("participant milestone", ("P2", "death"))]
    )
    tiny = {"participants": people, "dispositions": given}
    problem = only(tiny)
    assert problem.code == "EQ315"
    assert one in problem.what
    assert other in problem.what
    assert sorted(rows(problem, "participant", "milestone")) == sorted(
        [("P1", one), ("P1", other)]
    )
    data = read(tiny, accept=("EQ315",))
    assert len(data.dispositions) == 3
    assert data.origin.accepted == ("EQ315: 2 records",)


def test_all_other_milestones_go_together() -> None:
    pairs = {f"P{n}": pair for n, pair in enumerate(combinations(MILESTONES, 2))}
    reached = [(who, name) for who, pair in pairs.items() for name in pair]
    found = refused(
        {
            "participants": frame("participant", *((who,) for who in pairs)),
            "dispositions": frame("participant milestone", *reached),
        }
    )
    assert {problem.code for problem in found} == {"EQ315"}
    alone = {pairs[who] for problem in found for (who,) in rows(problem, "participant")}
    assert alone == {
        ("excluded", "randomized"),
        ("treatment-discontinued", "treatment-completed"),
        ("study-withdrawn", "study-completed"),
        ("lost-to-follow-up", "study-completed"),
    }


def test_somebody_with_an_arm_was_not_excluded() -> None:
    given = frame("participant milestone", ("P2", "excluded"))
    problem = only(tables(dispositions=given))
    assert problem.code == "EQ315"
    assert rows(problem, "participant", "milestone") == [("P2", "excluded")]


@pytest.mark.parametrize("known_by", ["date", "milestone"])
def test_an_arm_that_is_half_known(known_by: str) -> None:
    people = tables()["participants"].assign(arm=["red", None, None])
    if known_by == "milestone":
        people = people.assign(randomized_at=None)
    problem = only(tables(participants=people))
    assert problem.code == "EQ313"
    assert rows(problem, "participant") == [("P2",)]


@pytest.mark.parametrize("column", ["drug", "dose_mg"])
def test_blinded_data_with_what_was_given(column: str) -> None:
    people = tables()["participants"].assign(arm=None)
    exposures = tables()["exposures"].drop(columns={"drug", "dose_mg"} - {column})
    problem = only(tables(participants=people, exposures=exposures))
    assert problem.code == "EQ313"
    assert problem.records is not None
    assert len(problem.records) == 2
