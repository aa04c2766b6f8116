"""The page that randomizes: what is lacking, one click, a kit."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from equipoise.conduct.allocation.services import assignment, concealed_list
from equipoise.conduct.audit.models import Entry
from equipoise.protocol.model import Protocol
from tests.conduct.screened import eligible, screened

PAGE = "/participants/P0001/randomize/"


@pytest.fixture
def browser(people: dict[str, User], settings, tmp_path) -> Callable[[str], Client]:
    settings.ANCHORS = tmp_path / "anchors"

    def of(role: str) -> Client:
        client = Client()
        client.force_login(people[role])
        return client

    return of


def test_what_is_lacking_is_listed(browser: Callable[[str], Client]) -> None:
    screened()
    page = browser("coordinator").get(PAGE).content.decode()
    assert "has not consented yet" in page
    assert "E5, exclusion (Pregnancy)" in page
    assert '<button type="submit" class="primary">' not in page


def test_one_click_gives_a_kit_and_no_arm(
    browser: Callable[[str], Client], study: Protocol
) -> None:
    eligible()
    client = browser("coordinator")
    assert re.search(r"Randomize P0001\s*</button>", client.get(PAGE).content.decode())
    answer = client.post(PAGE)
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("randomize", args=["P0001"]),
    )
    page = client.get(PAGE).content.decode()
    kit = assignment.kit("P0001")
    assert kit
    assert kit in page
    assert not any(arm.id in page.lower() for arm in study.arms if arm.id != "ketamine")


def test_a_replayed_post_changes_nothing(browser: Callable[[str], Client]) -> None:
    eligible()
    client = browser("coordinator")
    for _ in range(3):
        assert client.post(PAGE).status_code == 302
    assert len(assignment.given()) == Entry.objects.filter(act="randomize").count() == 1


def test_what_is_lacking_refuses_the_post(browser: Callable[[str], Client]) -> None:
    screened()
    answer = browser("coordinator").post(PAGE)
    assert answer.status_code == 409
    assert "has not consented yet" in answer.content.decode()
    assert len(assignment.given()) == 0


@pytest.mark.parametrize(
    "role", ["rater", "pharmacist", "administrator", "infusion team"]
)
def test_it_is_not_everybodys_page(browser: Callable[[str], Client], role: str) -> None:
    eligible()
    for answer in (browser(role).get(PAGE), browser(role).post(PAGE)):
        assert answer.status_code == 403
    assert len(assignment.given()) == 0


@pytest.mark.parametrize("site", ["south", None])
def test_another_sites_participant_is_as_if_absent(
    browser: Callable[[str], Client], site: str | None
) -> None:
    if site:
        eligible(1, site)
    for verb in ("get", "post", "head"):
        answer = getattr(browser("coordinator"), verb)(PAGE)
        assert answer.status_code == 403
    for verb in ("put", "patch", "delete"):
        assert getattr(browser("coordinator"), verb)(PAGE).status_code == 405


def test_a_forged_post_is_refused(people: dict[str, User]) -> None:
    eligible()
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["coordinator"])
    assert client.post(PAGE).status_code == 403
    assert len(assignment.given()) == 0


def test_nobody_is_sent_to_log_in(study: Protocol) -> None:
    answer = Client().get(PAGE)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_the_commitment_is_shown_and_a_list_is_sealed_once(
    browser: Callable[[str], Client],
) -> None:
    client = browser("statistician")
    page = client.get("/list/").content.decode().replace("<wbr>", "")
    assert concealed_list.commitment().hash in page
    assert client.post("/list/", {"places": "40"}).status_code == 409
    assert browser("coordinator").post("/list/", {"places": "40"}).status_code == 403
