"""Pages of a site in New York: its clock, its calendar, its change of summer time."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.access.models import Membership
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participants import plan_day0, screen
from equipoise.conduct.pages.context import zone_for
from equipoise.conduct.study.models import Site
from tests.conduct.conftest import NOW
from tests.conduct.pages.conftest import Clock
from tests.conduct.screened import screened
from tests.conduct.walking import browser, form_url, included, send

YORK = "America/New_York"
BERLIN = "Europe/Berlin"


@pytest.fixture(autouse=True)
def york(people: dict[str, User]) -> None:
    Site.objects.filter(code="north").update(timezone=YORK)
    Site.objects.filter(code="south").update(timezone=BERLIN)


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people, day0=date(2027, 1, 4))


def consent_at(person: Participant) -> str:
    return current(person.identifier).answers("consent")["signed_at"]


def test_a_page_is_in_the_zone_of_whom_it_is_about(
    people: dict[str, User], person: Participant
) -> None:
    def zone(role: str, about: str = "") -> str:
        request = HttpRequest()
        request.user = people[role]
        request.who = actor_of(people[role], at=NOW), NOW  # type: ignore[attr-defined]
        return zone_for(request, about).key

    assert zone("rater") == YORK
    assert zone("statistician") == "UTC"  # of several sites
    assert zone("statistician", person.identifier) == YORK
    assert zone("rater", "P9999") == YORK
    next_door = screened(9, "south")
    assert zone("statistician", next_door.identifier) == BERLIN
    assert zone("rater", next_door.identifier) == YORK  # as of nobody
    Site.objects.update(timezone=BERLIN)
    assert zone("statistician") == BERLIN


def test_the_zone_of_a_page_ends_with_it(
    people: dict[str, User], person: Participant
) -> None:
    before = timezone.get_current_timezone_name()
    browser(people["coordinator"]).get(f"/participants/{person.identifier}/")
    assert timezone.get_current_timezone_name() == before


def test_what_is_typed_is_local_and_comes_back_as_it_was(
    people: dict[str, User], person: Participant
) -> None:
    assert consent_at(person) == "2027-01-04T03:00-05:00"
    client = browser(people["coordinator"])
    url = form_url(person, "consent")
    assert "2027-01-04 03:00 EST" in client.get(url).content.decode()
    text = client.get(f"{url}?correct=1").content.decode()
    assert 'value="2027-01-04T03:00"' in text
    assert YORK in text
    same = {"version": "1.0", "signed_at": "2027-01-04T03:00", "copy": "yes"}
    entries = Entry.objects.count()
    assert send(client, url, same).status_code == 302  # no change: no reason is asked
    assert Entry.objects.count() == entries
    send(client, url, same | {"signed_at": "2027-01-04T02:55"}, reason="misread")
    assert consent_at(person) == "2027-01-04T02:55-05:00"
    text = client.get(url).content.decode()
    assert "2027-01-04 04:01 EST" in text  # when it was changed, of the history


def test_a_time_that_was_there_twice_is_asked_about(
    people: dict[str, User], clock: Clock
) -> None:
    clock.now = datetime(2027, 11, 7, 15, 0, tzinfo=UTC)
    person = screen("north", actor=actor_of(people["coordinator"], at=NOW), at=NOW)
    client, url = browser(people["coordinator"]), form_url(person, "consent")
    page = client.post(
        f"{url}field/", {"field": "signed_at", "signed_at": "2027-11-07T01:30"}
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert "showed this local time of the site" in text
    assert "2027-11-07T01:30-04:00" in text
    assert "2027-11-07T01:30-05:00" in text
    values = {"version": "1.0", "signed_at": "2027-11-07T01:30", "copy": "yes"}
    page = send(client, url, values)
    assert page.status_code == 422
    assert '<option value="2027-11-07T01:30-05:00">' in page.content.decode()
    done = send(client, url, values | {"signed_at": "2027-11-07T01:30-05:00"})
    assert done.status_code == 302
    assert consent_at(person) == "2027-11-07T01:30-05:00"
    again = client.get(f"{url}?correct=1").content.decode()
    assert '<option value="2027-11-07T01:30-05:00" selected>' in again


def test_a_time_that_was_never_there_is_refused(
    people: dict[str, User], clock: Clock
) -> None:
    clock.now = datetime(2027, 3, 14, 15, 0, tzinfo=UTC)
    person = screen("north", actor=actor_of(people["coordinator"], at=NOW), at=NOW)
    client, url = browser(people["coordinator"]), form_url(person, "consent")
    values = {"version": "1.0", "signed_at": "2027-03-14T02:30", "copy": "yes"}
    page = send(client, url, values)
    assert page.status_code == 422
    assert "so it does not exist" in page.content.decode()
    assert "signed_at" not in current(person.identifier).answers("consent")


def test_at_half_past_eleven_in_the_evening_it_is_still_today(
    people: dict[str, User], clock: Clock
) -> None:
    """Day 0 is today in New York; in UTC it is tomorrow, and the visit would be late."""
    person = included(people, day0=date(2027, 1, 4))
    clock.now = datetime(2027, 1, 5, 4, 30, tzinfo=UTC)
    client = browser(people["coordinator"])
    text = client.get("/").content.decode()
    assert "Monday 4 January 2027" in text
    page = client.get(f"/participants/{person.identifier}/").content.decode()
    first = page[page.index("Infusion 1") :]
    assert 'class="state due"' in first[: first.index("</summary>")]
    clock.now = datetime(2027, 1, 5, 5, 30, tzinfo=UTC)  # half past midnight there
    client = browser(people["coordinator"])
    assert "Tuesday 5 January 2027" in client.get("/").content.decode()
    page = client.get(f"/participants/{person.identifier}/").content.decode()
    first = page[page.index("Infusion 1") :]
    assert 'class="state late"' in first[: first.index("</summary>")]


def test_the_audit_is_in_utc_and_says_so(
    people: dict[str, User], person: Participant
) -> None:
    text = (
        browser(people["investigator"])
        .get(f"/audit/{person.identifier}/")
        .content.decode()
    )
    assert "Time (UTC)" in text
    assert "2027-01-04 09:00:00" in text
    assert "2027-01-04T03:00-05:00" in text  # the value as it is kept


def test_two_sites_have_their_own_calendars(
    people: dict[str, User], clock: Clock
) -> None:
    """Half past midnight in Berlin, half past six in the evening in New York."""
    Membership.objects.filter(user=people["coordinator"]).update(site=None)
    actor = actor_of(people["coordinator"], at=NOW)
    at = clock.now = datetime(2027, 1, 4, 23, 30, tzinfo=UTC)
    for site in ("north", "south"):
        made = screen(site, actor=actor, at=at)
        plan_day0(made, date(2027, 1, 4), actor=actor, at=at)
    text = browser(people["coordinator"]).get("/participants/").content.decode()
    assert text.index("North Hospital") < text.index("2027-01-04")
    assert "2027-01-05" in text[text.index("South Hospital") :]
