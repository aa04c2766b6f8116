"""The coordinator's morning, by links and buttons, without knowing an address.

Screens a person, takes the consent and scans the page into the record, enters a
questionnaire from paper, schedules day 0, adds a medication, marks the laboratory as not
done, voids an event that was opened by mistake, and renews an amended consent.
"""

from typing import Any

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.capture.current import current
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.inspection.verifying import unlike_chains

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)
SHEET = {"name": "page.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 page"}


def choose(page: Any, field: str, label: str) -> None:
    """Answers a question with one of its choices, and waits until it is saved."""
    question = page.locator(f"[data-name='{field}']")
    question.locator(f"label.choice:has-text('{label}')").first.click()
    question.locator(".said:has-text('Saved')").wait_for()


def write(page: Any, field: str, text: str) -> None:
    """Types an answer, and waits until it is saved."""
    question = page.locator(f"[data-name='{field}']")
    box = question.locator("input:not([type=radio]), textarea").first
    box.fill(text)
    box.dispatch_event("change")
    question.locator(".said:has-text('Saved')").wait_for()


def consented(page: Any, name: str = "Informed consent") -> None:
    page.get_by_role("link", name=name).first.click()
    choose(page, "version", "1.0")
    write(page, "signed_at", "2027-01-04T08:30")
    choose(page, "copy", "Yes")
    page.get_by_role("button", name="Complete").click()
    page.wait_for_url(lambda url: "/forms/" not in url)


def home(page: Any) -> None:
    """Back to the page of the participant."""
    page.get_by_role("link", name="P0001").first.click()
    page.locator("h1:has-text('P0001')").wait_for()


def test_the_coordinators_morning(  # noqa: PLR0915  one walk, step by step
    people: dict[str, User], secrets: dict[str, str], seat: Any, size: dict[str, int]
) -> None:
    one = seat(people["coordinator"], size)
    page = one.open("/")
    page.get_by_role("link", name="Participants", exact=True).first.click()
    page.get_by_role("button", name="Screen a new person").click()
    page.locator("h1:has-text('P0001')").wait_for()
    consented(page)
    page.get_by_role("link", name="Informed consent").first.click()
    page.locator("input[name=scan]").set_input_files(SHEET)
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("link", name="page.pdf").wait_for()
    home(page)

    page.locator("#day0").fill("2027-01-08")
    page.get_by_role("button", name="Schedule", exact=True).click()
    page.get_by_text("visits follow from it").wait_for()

    sheet = page.locator("details:has-text('Baseline') a:has-text('Impact of Event')")
    if not sheet.is_visible():
        page.locator("summary:has-text('Baseline')").click()
    sheet.click()
    write(page, "paper_date", "2027-01-04")
    for number in range(1, 23):
        choose(page, f"{number}", "2")
    page.get_by_role("button", name="Complete").click()
    page.wait_for_url(lambda url: "iesr" not in url)

    page.goto(f"{one.address}/participants/P0001/")
    page.get_by_role("button", name="Add Concomitant medication").click()
    choose(page, "CMYN", "Yes")
    write(page, "CMTRT", "Sertraline")
    home(page)

    page.get_by_role("link", name="Laboratory").first.click()
    page.locator("summary:has-text('Not done')").click()
    page.locator("details:has-text('Not done') input[name=reason]").fill("no tube")
    page.locator("details:has-text('Not done') button").click()
    page.get_by_text("was not done").first.wait_for()
    home(page)

    page.get_by_role("button", name="Report an event").click()
    page.locator("summary:has-text('Void')").click()
    page.locator("details:has-text('Void') input[name=reason]").fill("a mistake")
    page.locator("details:has-text('Void') button").click()
    page.locator("h1").wait_for()
    assert not one.is_wide()

    known, person = current("P0001"), Participant.objects.get()
    assert known.is_complete("instrument:iesr", "baseline")
    assert known.answers("instrument:iesr", "baseline")["paper_date"] == "2027-01-04"
    assert known.not_done["laboratory", "screening", None].value == "no tube"
    assert known.status["event#1", "", None] == "void"
    assert f"{person.day0}" == "2027-01-08"
    assert list(unlike_chains()) == []
