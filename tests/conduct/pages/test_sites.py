"""The page of the sites."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from equipoise.conduct.audit.models import Entry
from equipoise.conduct.study.models import Site
from tests.conduct.conftest import ROLES
from tests.conduct.walking import browser

YORK = "America/New_York"


def test_the_administrator_changes_a_time_zone_with_a_reason(
    people: dict[str, User],
) -> None:
    client = browser(people["administrator"])
    assert "09:01 UTC" in client.get("/sites/").content.decode()
    given = {"timezone": YORK, "reason": "set up in a hurry"}
    assert client.post("/sites/north/timezone/", given)["Location"] == "/sites/"
    text = client.get("/sites/").content.decode()
    assert "04:01 EST" in text
    assert "09:01 UTC" in text  # the other site
    assert Entry.objects.get(act="time zone").reason == "set up in a hurry"


@pytest.mark.parametrize(
    "given", [{"timezone": YORK}, {"timezone": "<b>", "reason": "x"}, {}]
)
def test_what_is_refused_says_why(
    people: dict[str, User], given: dict[str, str]
) -> None:
    page = browser(people["administrator"]).post("/sites/north/timezone/", given)
    assert page.status_code == 409
    assert 'role="alert"' in page.content.decode()
    assert "<b>'" not in page.content.decode()
    assert Site.objects.get(code="north").timezone == "UTC"


@pytest.mark.parametrize("role", [r for r in ROLES if r != "administrator"])
def test_nobody_else(people: dict[str, User], role: str) -> None:
    client = browser(people[role])
    assert client.get("/sites/").status_code == 403
    given = {"timezone": YORK, "reason": "x"}
    assert client.post("/sites/north/timezone/", given).status_code == 403
    assert Client().post("/sites/north/timezone/").status_code == 302
