"""Dates by their names: day 0, consent, randomization, visits."""

from pathlib import Path

import pytest

from equipoise.exchange import recognize_dates
from equipoise.exchange.column_profile import looks
from tests.exchange.small import protocol, source
from tests.exchange.test_recognize_participants import look, rule, scene


def start(folder: Path, text: str) -> recognize_dates.Start | None:
    return recognize_dates.day0(looks(source(folder, text), {}, "id"), protocol())


def test_day_0_is_named_like_the_anchor(tmp_path: Path) -> None:
    text = "id,consent,infusion_date\nA,2026-01-01,2026-01-09\nA,,2026-01-09\n"
    found = start(tmp_path, text)
    assert found is not None
    assert (found.column, found.format, found.sure) == (
        "infusion_date",
        "%Y-%m-%d",
        True,
    )
    assert start(tmp_path, text.replace("infusion_date", "x")) is None


def test_two_dates_that_could_be_day_0_are_to_be_checked(tmp_path: Path) -> None:
    head = "id,infusion_date,infusion_start"
    found = start(tmp_path, f"{head}\nA,2026-01-09,2026-01-09\n")
    assert found is not None
    assert not found.sure
    assert "infusion_" in found.why


@pytest.mark.parametrize("name", ["infusion_end", "dob_start", "birth_day0"])
def test_other_dates_are_no_day_0(tmp_path: Path, name: str) -> None:
    assert start(tmp_path, f"id,{name}\nA,2026-01-09\n") is None


def test_a_day_that_could_be_a_month_is_to_be_checked(tmp_path: Path) -> None:
    found = start(tmp_path, "id,infusion_date\nA,03/04/2026\nB,05/06/2026\n")
    assert found is not None
    assert not found.sure
    assert "%m/%d/%Y would also fit" in found.why


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("consent_date", "participants.consented_at"),
        ("rand_date", "participants.randomized_at"),
        ("visit_date", "visits.actual_day"),
        ("birth", None),
    ],
)
def test_dates_by_name(name: str, to: str | None) -> None:
    one = look(name, "2026-03-04", "2026-03-05", once=False)
    found = rule(recognize_dates.day(one, scene()))
    assert found == ({"to": to, "format": "%Y-%m-%d"} if to else None)


def test_a_date_of_a_visit_needs_day_0() -> None:
    one = look("visit_date", "2026-03-04", "2026-03-05", once=False)
    assert rule(recognize_dates.day(one, scene(day0=None))) is None


def test_dates_that_fit_two_formats_are_to_be_checked() -> None:
    one = look("consent_date", "03/04/2026")
    (found,) = recognize_dates.day(one, scene())
    assert found.confidence == "low"
    assert "%m/%d/%Y would also fit" in found.why


def test_days_as_numbers() -> None:
    found = rule(recognize_dates.day(look("RELDAYS", "7", "14"), scene()))
    assert found == {"to": "visits.actual_day"}
