"""When visits begin, by the times of the data."""

from datetime import UTC, datetime, timedelta

import pandas as pd

from equipoise.rehearse_conduct.visit_times import rows_of, visit_times

DAY0 = datetime(2027, 1, 4, tzinfo=UTC)
CONSENTED = DAY0 - timedelta(days=14) + timedelta(hours=11)


def own(**tables: list[dict[str, object]]) -> dict[str, pd.DataFrame]:
    return {name: pd.DataFrame(found) for name, found in tables.items()}


def done(visit: str, day: int) -> dict[str, object]:
    return {"visit": visit, "status": "done", "actual_day": day}


def answer(visit: str, minute: object, at: str) -> dict[str, object]:
    return {
        "visit": visit,
        "timepoint_min": minute,
        "answered_at": pd.Timestamp(at),
    }


def test_a_visit_begins_with_its_first_answer() -> None:
    data = own(
        visits=[done("week-1", 7)],
        answers=[
            answer("week-1", pd.NA, "2027-01-11 12:20"),
            answer("week-1", pd.NA, "2027-01-11 12:10"),
        ],
    )
    begins = visit_times(data, DAY0, CONSENTED)["week-1"]
    assert begins.at(None) == datetime(2027, 1, 11, 12, 10, tzinfo=UTC)


def test_minutes_count_from_the_infusion() -> None:
    data = own(
        visits=[done("infusion-1", 0)],
        exposures=[
            {"visit": "infusion-1", "started_at": pd.Timestamp("2027-01-04 10:45")}
        ],
    )
    begins = visit_times(data, DAY0, CONSENTED)["infusion-1"]
    assert begins.at(-30) == datetime(2027, 1, 4, 10, 15, tzinfo=UTC)
    assert begins.at(None) == datetime(2027, 1, 4, 9, 15, tzinfo=UTC)


def test_minutes_of_an_infusion_that_was_not_given_are_those_of_its_answers() -> None:
    data = own(
        visits=[done("infusion-2", 2)],
        answers=[answer("infusion-2", -30, "2027-01-06 10:05")],
    )
    begins = visit_times(data, DAY0, CONSENTED)["infusion-2"]
    assert begins.at(0) == datetime(2027, 1, 6, 10, 35, tzinfo=UTC)


def test_a_visit_without_any_time_is_in_the_morning_and_not_before_consent() -> None:
    data = own(visits=[done("screening", -14), done("week-2", 14)])
    found = visit_times(data, DAY0, CONSENTED)
    assert found["screening"].rated == CONSENTED
    assert found["week-2"].rated == datetime(2027, 1, 18, 8, 30, tzinfo=UTC)


def test_a_visit_that_was_missed_has_no_time() -> None:
    missed = {"visit": "week-2", "status": "missed", "actual_day": pd.NA}
    assert visit_times(own(visits=[missed]), DAY0, CONSENTED) == {}
    assert rows_of(own(visits=[missed]), "answers") == []
