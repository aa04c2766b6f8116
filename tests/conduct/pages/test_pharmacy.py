"""The pages of the pharmacy, as two pharmacists use them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.access.models import Membership
from equipoise.conduct.allocation import services
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.study.models import Site
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.treated import randomized

PREPARE = "/pharmacy/P0001/infusion-1/"


@pytest.fixture
def trial(
    study: Protocol, people: dict[str, User], key, actor: Callable[[str], Actor]
) -> dict[str, User]:
    randomized(key, actor("coordinator"))
    second = User.objects.create_user("second")
    Membership.objects.create(
        user=second, role="pharmacist", site=Site.objects.get(code="north"),
        since=NOW - timedelta(days=365), granted_by="setup",
    )  # fmt: skip
    return people | {"second": second}


def log_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_from_the_list_to_a_released_syringe(trial: dict[str, User]) -> None:
    first, second = log_in(trial["pharmacist"]), log_in(trial["second"])
    page = first.get("/pharmacy/").content.decode()
    assert PREPARE in page
    assert "idazolam" not in page
    before = first.get(PREPARE).content.decode()
    assert "idazolam" not in before
    assert "Dose" not in before
    opened = first.post(PREPARE)
    assert "no-store" in opened["Cache-Control"]
    text = opened.content.decode()
    drug = "midazolam" if "<dd>midazolam</dd>" in text else "ketamine"
    assert ("3.69 mg" if drug == "midazolam" else "41 mg") in text
    said = {"concentration": "5" if drug == "midazolam" else "50", "total_ml": "50",
            "confirmed": "yes"}  # fmt: skip
    made = first.post(PREPARE, said)
    assert made.status_code == 302
    page = made["Location"]
    volume = "0.74" if drug == "midazolam" else "0.82"
    assert f"{volume} mL" in first.get(page).content.decode()
    asked = second.get(page).content.decode()
    assert f"{volume} mL" not in asked  # worked out by the second person
    assert first.post(page, {"volume_ml": volume}).status_code == 409
    assert second.post(page, {"volume_ml": volume}).status_code == 302
    number = page.strip("/").rpartition("/")[2]
    assert Entry.objects.get(act="syringe").value == number
    assert "released" in first.get("/pharmacy/").content.decode()


def test_a_replayed_post_fills_no_second_syringe(trial: dict[str, User]) -> None:
    client = log_in(trial["pharmacist"])
    said = {"concentration": "20", "total_ml": "50", "confirmed": "yes"}
    assert client.post(PREPARE, said).status_code == 302
    assert client.post(PREPARE, said).status_code == 409
    assert len(services.syringes_of()) == 1


@pytest.mark.parametrize(
    "role", ["coordinator", "rater", "infusion team", "investigator", "administrator",
             "statistician", "monitor"],
)  # fmt: skip
def test_nobody_else_sees_the_pharmacy(trial: dict[str, User], role: str) -> None:
    said = {"concentration": "20", "total_ml": "50", "confirmed": "yes"}
    page = log_in(trial["pharmacist"]).post(PREPARE, said)["Location"]
    client = log_in(trial[role])
    for address in ("/pharmacy/", PREPARE, page):
        answer = client.get(address)
        assert answer.status_code == 403
        assert b"idazolam" not in answer.content
    assert client.post(PREPARE).status_code == 403
    assert client.post(page, {"volume_ml": "1"}).status_code == 403


def test_an_unknown_syringe_is_refused(trial: dict[str, User]) -> None:
    assert log_in(trial["pharmacist"]).get("/syringes/123/").status_code == 409
