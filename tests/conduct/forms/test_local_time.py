"""Times as people write them, across the change of summer time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.conduct.forms.definition import Field, Form
from equipoise.conduct.forms.local_time import (
    FORMAT,
    day_of,
    in_words,
    kept_now,
    moment,
    readings,
    taken,
    wall,
)

YORK, WORLD = ZoneInfo("America/New_York"), ZoneInfo("UTC")
FORM = Form(
    id="f",
    title="F",
    by="coordinator",
    fields=(
        Field(name="at", label="At", kind="datetime"),
        Field(name="words", label="Words", kind="text"),
    ),
)


def kept(typed: str, held: str = "", zone: ZoneInfo = YORK) -> tuple[str, str]:
    found, wrong = taken(FORM, {"at": typed}, {"at": held}, zone)
    return found["at"], wrong.get("at", "")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2027-01-04T10:05", "2027-01-04T10:05-05:00"),
        ("2027-03-14T01:59", "2027-03-14T01:59-05:00"),
        ("2027-03-14T03:00", "2027-03-14T03:00-04:00"),
        ("2027-03-14T10:05:30", "2027-03-14T10:05:30-04:00"),
        ("2027-03-14T10:05:00", "2027-03-14T10:05:00-04:00"),
        ("2027-03-14 10:05", "2027-03-14T10:05-04:00"),
        ("2027-07-01T10:05-04:00", "2027-07-01T10:05-04:00"),
        ("2027-11-07T01:30-04:00", "2027-11-07T01:30-04:00"),
        ("2027-11-07T01:30-05:00", "2027-11-07T01:30-05:00"),
    ],
)
def test_what_was_typed_is_kept_with_its_offset(typed: str, value: str) -> None:
    assert kept(typed) == (value, "")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2027-03-14T02:30", "does not exist"),
        ("2027-11-07T01:30", "2027-11-07 01:30 EDT or 2027-11-07 01:30 EST"),
        ("2027-07-01T10:05-05:00", "this is not local time of the site"),
        ("2027-07-01T14:05Z", "this is not local time of the site"),
        ("2027-07-01", FORMAT),
        ("yesterday", FORMAT),
    ],
)
def test_what_is_not_certain_is_refused_and_stays_as_it_came(
    typed: str, sentence: str
) -> None:
    value, problem = kept(typed)
    assert sentence in problem
    assert value == typed


@pytest.mark.parametrize(
    ("held", "typed"),
    [
        ("2027-01-04T10:05", "2027-01-04T05:05"),  # of before there were zones: UTC
        ("2027-11-07T01:30-05:00", "2027-11-07T01:30"),  # not asked a second time
        ("2027-11-07T01:30-04:00", "2027-11-07T01:30"),
        ("2027-03-14T10:05:00-04:00", "2027-03-14T10:05"),
        ("2027-03-14T14:05+00:00", "2027-03-14T10:05"),  # the zone was corrected since
    ],
)
def test_what_nobody_touched_is_no_change(held: str, typed: str) -> None:
    assert wall(held, YORK) == typed
    assert kept(typed, held) == (held, "")


def test_before_the_first_of_all_days_there_is_no_time() -> None:
    assert kept("0001-01-01T00:00", zone=ZoneInfo("Asia/Kolkata"))[1] == FORMAT


def test_the_other_of_two_times_is_a_change() -> None:
    value = kept("2027-11-07T01:30-05:00", "2027-11-07T01:30-04:00")
    assert value == ("2027-11-07T01:30-05:00", "")


def test_other_fields_and_empty_values_are_left_alone() -> None:
    given_ = {"at": "", "words": "2027-03-14T02:30"}
    assert taken(FORM, given_, {}, YORK) == (given_, {})


def test_words_and_days() -> None:
    late = "2027-01-04T23:30-05:00"
    assert in_words(late, YORK) == "2027-01-04 23:30 EST"
    assert in_words("2027-01-04T09:30", WORLD) == "2027-01-04 09:30 UTC"
    assert in_words("2027-01-04T09:30", ZoneInfo("America/Sao_Paulo")).endswith(
        " UTC-03:00"
    )
    assert day_of(late, YORK) == date(2027, 1, 4)
    assert day_of(late, WORLD) == date(2027, 1, 5)


@given(
    at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    name=st.sampled_from(["America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
)
def test_no_moment_is_lost(at: datetime, name: str) -> None:
    zone, moment_ = ZoneInfo(name), at.replace(microsecond=0, tzinfo=UTC)
    value = kept_now(moment_, zone)
    assert moment(value) == moment_
    means = readings(wall(value, zone), zone)
    assert moment_ in [moment(one) for one in means]
    assert len(means) in (1, 2)
    assert kept(wall(value, zone), value, zone) == (value, "")


def test_a_missing_code_stands_in_the_place_of_a_time() -> None:
    form = Form(
        id="f", title="F", by="rater",
        fields=(Field(name="at", label="At", kind="datetime"),),
    )  # fmt: skip
    for said, held in (("missing:unknown", "2027-01-04T09:30-05:00"),
                       ("2027-01-04T09:30", "missing:unknown")):  # fmt: skip
        kept, wrong = taken(
            form, {"at": said}, {"at": held}, ZoneInfo("America/New_York")
        )
        assert wrong == {}
        assert kept["at"].startswith(said)
