"""The page of consent: proposed, approved, renewed, and who still has to sign."""

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.study.models import ConsentVersion
from tests.conduct.conftest import NOW
from tests.conduct.walking import browser, included

STATED = {"label": "2.0", "valid_from": f"{NOW.date()}", "changes": "a risk",
          "everybody": "yes"}  # fmt: skip


def test_a_version_is_added_approved_and_renewed(people: dict[str, User]) -> None:
    person = included(people)
    coordinator = browser(people["coordinator"])
    investigator = browser(people["investigator"])
    assert coordinator.post("/consent/", STATED).status_code == 302
    page = coordinator.get("/consent/").content.decode()
    assert "requires approval by an investigator" in page
    investigator.post("/consent/approve/", {"label": "2.0"})
    page = coordinator.get("/consent/").content.decode()
    assert f"/participants/{person}/" in page
    assert "signed version 1.0" in page
    assert (
        "Record new consent"
        in coordinator.get(f"/participants/{person}/").content.decode()
    )
    answer = coordinator.post(f"/participants/{person}/consent/")
    assert answer.headers["Location"] == f"/participants/{person}/forms/reconsent%231/"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"valid_from": ""}, "enter the date"),
        ({"label": "1.0"}, "a version 1.0 already"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(
    people: dict[str, User], wrong: dict[str, str], told: str
) -> None:
    answer = browser(people["coordinator"]).post("/consent/", STATED | wrong)
    page = answer.content.decode()
    assert (answer.status_code, told in page, "a risk" in page) == (422, True, True)
    assert ConsentVersion.objects.count() == 1
