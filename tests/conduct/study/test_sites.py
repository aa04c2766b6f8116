"""Sites and the clocks on their walls."""

from datetime import UTC, date, datetime

import pytest

from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.sites import set_timezone, zone_named, zone_names
from equipoise.errors import ConductError
from tests.conduct.conftest import NOW


def test_a_site_is_in_utc_unless_it_is_said(study: object) -> None:
    site = Site.objects.get(code="north")
    assert site.timezone == "UTC"
    assert site.day(datetime(2027, 1, 5, 4, 30, tzinfo=UTC)) == date(2027, 1, 5)
    site.timezone = "America/New_York"
    assert site.day(datetime(2027, 1, 5, 4, 30, tzinfo=UTC)) == date(2027, 1, 4)


def test_a_change_is_written_down_with_both_zones_and_the_reason(study: object) -> None:
    site = Site.objects.get(code="north")
    for _ in range(2):
        set_timezone(
            site, "America/New_York", actor="ada", at=NOW, reason="forgotten at first"
        )
    assert Site.objects.get(code="north").timezone == "America/New_York"
    written = Entry.objects.get(chain=STUDY, act="time zone")
    assert written.actor == "ada"
    assert written.value == "north: UTC -> America/New_York"
    assert written.reason == "forgotten at first"


@pytest.mark.parametrize(
    ("name", "reason", "code"),
    [
        ("Mars/Olympus", "x", "EQ957"),
        ("../../etc/passwd", "x", "EQ957"),
        ("", "x", "EQ957"),
        ("Europe/Berlin", " ", "EQ943"),
    ],
)
def test_what_is_refused_changes_nothing(
    study: object, name: str, reason: str, code: str
) -> None:
    site = Site.objects.get(code="north")
    with pytest.raises(ConductError) as refused:
        set_timezone(site, name, actor="ada", at=NOW, reason=reason)
    assert refused.value.code == code
    assert Site.objects.get(code="north").timezone == "UTC"
    assert not Entry.objects.filter(act="time zone").exists()


def test_every_name_that_is_offered_is_taken() -> None:
    assert zone_names()[0] == "UTC"
    assert {"America/New_York", "Europe/Berlin"} <= set(zone_names())
    assert all(zone_named(name).key == name for name in zone_names())
