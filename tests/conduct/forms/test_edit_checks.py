"""Checks over several answers, other forms and today."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.conduct.forms.definition import Field, Form
from equipoise.conduct.forms.edit_checks import Known, failing
from equipoise.conduct.forms.local_time import kept_now
from equipoise.conduct.forms.missing_codes import kept
from equipoise.protocol.forms import MISSING_CODES, FormCheck, OnlyIf, Order

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2027, 3, 14, 15, 0, tzinfo=UTC)  # 11:00 in New York, after the change
FIELDS = (
    Field(name="day", label="Day", kind="date"),
    Field(name="time", label="Time", kind="time", time_of="day"),
    Field(name="end", label="End", kind="date"),
    Field(name="end_time", label="Time", kind="time", time_of="end"),
    Field(name="at", label="At", kind="datetime"),
    Field(name="low", label="Low", kind="number"),
    Field(name="high", label="High", kind="number"),
    Field(name="serious", label="Serious", kind="flag"),
    Field(name="death", label="Death", kind="flag",
          only_if=OnlyIf(field="serious", one_of=("yes",))),
    Field(name="hospital", label="Hospital", kind="flag",
          only_if=OnlyIf(field="serious", one_of=("yes",))),
)  # fmt: skip
NAMES = [field.name for field in FIELDS]


def form(*checks: FormCheck) -> Form:
    return Form(id="f", title="F", by="coordinator", fields=FIELDS, checks=checks)


def known(**more: object) -> Known:
    return Known(now=NOW, zone=NEW_YORK, **more)  # type: ignore[arg-type]


def fails(field: str, order: Order, other: str, /, *, of: Known | None = None,
          **said: str) -> bool:  # fmt: skip
    check = FormCheck(id="c", field=field, order=order, other=other, text="wrong")
    return bool(failing(form(check), said, of or known()))


CHECKS = st.builds(
    FormCheck,
    id=st.just("c"),
    field=st.sampled_from(NAMES),
    order=st.sampled_from(["not before", "not after", "is", "any is"]),
    other=st.sampled_from(
        ["today", "day0", "infusion start", "window end", "x.y", *NAMES]
    ),
    one_of=st.just(("yes", "1")),
    fields=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(tuple),
    text=st.just("wrong"),
)
VALUES = st.sampled_from(
    ["2027-03-14", "2027-03-13T09:00-05:00", "09:30", "1", "2.5", "yes", "no", "", "nan",
     *map(kept, MISSING_CODES)]
)  # fmt: skip


@pytest.mark.property
@given(st.lists(CHECKS, max_size=4), st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_a_failing_check_is_one_of_the_form_and_names_a_field_that_is_answered(
    checks: list[FormCheck], said: dict[str, str]
) -> None:
    found = failing(form(*checks), said, known())
    assert [c for c in checks if c in found] == [c for c in checks if c in set(found)]
    assert len(found) <= len(checks)
    for check in found:
        assert check.field in NAMES
        looked = check.fields if check.order == "any is" else (check.field,)
        assert all(said.get(name) and not said[name].startswith("missing:")
                   for name in looked)  # fmt: skip


@pytest.mark.property
@given(CHECKS)
def test_what_is_not_known_is_never_compared(check: FormCheck) -> None:
    assert failing(form(check), {}, known()) == []
    coded = {
        name: kept(code) for name, code in zip(NAMES, MISSING_CODES * 3, strict=False)
    }
    assert failing(form(check), coded, known()) == []


@pytest.mark.property
@given(st.sampled_from(["today", "day0", "infusion start", "window start", "x.y"]))
def test_a_moment_that_is_not_known_is_not_compared(other: str) -> None:
    late = "2199-01-01"
    assert fails("day", "not after", other, day=late) == (other == "today")
    assert not fails("day", "not before", other, day=late)


DAYS = st.dates(date(2027, 1, 1), date(2027, 12, 31))


@pytest.mark.property
@given(DAYS, DAYS)
def test_days_are_compared_as_days(one: date, other: date) -> None:
    said = {"day": one.isoformat(), "end": other.isoformat()}
    assert fails("end", "not before", "day", **said) == (other < one)
    assert fails("end", "not after", "day", **said) == (other > one)


@pytest.mark.property
@given(st.floats(0, 100), st.floats(0, 100))
def test_numbers_are_compared_as_numbers(low: float, high: float) -> None:
    said = {"low": f"{low:.3f}", "high": f"{high:.3f}"}
    assert fails("low", "not after", "high", **said) == (
        float(said["low"]) > float(said["high"])
    )


@pytest.mark.property
@given(
    st.datetimes(datetime(2027, 3, 12), datetime(2027, 3, 16)),  # noqa: DTZ001 in UTC
    st.sampled_from(["America/New_York", "Asia/Tokyo", "UTC", "Pacific/Auckland"]),
    st.integers(-1, 1),
)
def test_a_day_and_a_moment_are_compared_by_the_day_at_the_site(
    moment: datetime, zone: str, days: int
) -> None:
    """Also over the change of summer time, and where it is tomorrow already."""
    of = Known(now=moment.replace(tzinfo=UTC), zone=ZoneInfo(zone))
    here = of.now.astimezone(of.zone).date()
    said = (here + timedelta(days=days)).isoformat()
    assert fails("day", "not after", "today", of=of, day=said) == (days > 0)
    assert fails("day", "not before", "today", of=of, day=said) == (days < 0)


@pytest.mark.property
@given(st.integers(-3000, 3000))
def test_two_moments_are_compared_to_the_minute(minutes: int) -> None:
    at = kept_now(NOW + timedelta(minutes=minutes), NEW_YORK)
    assert fails("at", "not after", "today", at=at) == (minutes > 0)
    start = known(infusion_start=NOW)
    assert fails("at", "not before", "infusion start", of=start, at=at) == (minutes < 0)


def test_a_time_of_day_makes_a_moment_of_its_day() -> None:
    said = {"day": "2027-03-14", "time": "09:30", "end": "2027-03-14"}
    assert fails("end", "not before", "day", **said, end_time="09:29")
    assert not fails("end", "not before", "day", **said, end_time="09:30")
    assert not fails("end", "not before", "day", **said)  # at some time of that day
    assert fails("day", "not after", "today", day="2027-03-14", time="11:01")
    assert not fails("day", "not after", "today", day="2027-03-14", time="10:59")


def test_a_time_that_the_clock_showed_twice_or_never_is_compared_by_its_day() -> None:
    # 7 November 2027: 01:30 in New York is there twice, an hour apart.
    said = {"day": "2027-11-07", "time": "01:50", "end": "2027-11-07"}
    assert not fails("end", "not before", "day", **said, end_time="01:10")
    spring = {"day": "2027-03-14", "time": "02:30", "end": "2027-03-14"}  # never there
    assert not fails("end", "not before", "day", **spring, end_time="01:10")


def test_the_window_of_a_visit() -> None:
    of = known(window=(date(2027, 3, 10), date(2027, 3, 12)))
    for day, early, late in (("09", True, False), ("10", False, False),
                             ("12", False, False), ("13", False, True)):  # fmt: skip
        assert (
            fails("day", "not before", "window start", of=of, day=f"2027-03-{day}")
            == early
        )
        assert (
            fails("day", "not after", "window end", of=of, day=f"2027-03-{day}") == late
        )


def test_one_of_several_must_be_so() -> None:
    check = FormCheck(id="c", field="serious", order="any is", text="x", one_of=("yes",),
                  fields=("death", "hospital"))  # fmt: skip

    def found(**said: str) -> bool:
        return bool(failing(form(check), said, known()))

    assert found(serious="yes", death="no", hospital="no")
    assert not found(serious="yes", death="no", hospital="yes")
    assert not found(serious="yes", death="no")  # the other is not known
    assert not found(serious="yes", death="no", hospital=kept("unknown"))
    assert not found(serious="no", death="no", hospital="no")  # is not asked


def test_a_value_that_must_be_given() -> None:
    check = FormCheck(id="c", field="serious", order="is", one_of=("yes",), text="x")
    assert failing(form(check), {"serious": "no"}, known()) == [check]
    assert failing(form(check), {"serious": "yes"}, known()) == []


def test_a_field_of_another_form() -> None:
    of = known(answer=lambda form, field: f"2027-03-1{len(form + field)}")
    assert fails("day", "not before", "a.b", of=of, day="2027-03-11")
    assert not fails("day", "not before", "a.b", of=of, day="2027-03-12")


def test_a_day_is_not_compared_with_a_number() -> None:
    assert not fails("day", "not after", "low", day="2027-03-14", low="3")
