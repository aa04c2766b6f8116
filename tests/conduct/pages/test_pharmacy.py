"""The pages of the pharmacy, as two pharmacists use them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.access.models import Membership
from equipoise.conduct.allocation import services
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.pages import pharmacy
from equipoise.conduct.study.models import Site
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.treated import randomized
from tests.conduct.screened import form

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


RECORD = "/pharmacy/record/"


@pytest.fixture
def released(trial: dict[str, User]) -> str:
    """The page of a released syringe."""
    first, second = log_in(trial["pharmacist"]), log_in(trial["second"])
    said = {"concentration": "5", "total_ml": "50", "confirmed": "yes"}
    page = str(first.post(PREPARE, said)["Location"])
    volume = services.content_of(settings.VAULT_KEY, page.split("/")[2]).volume_ml
    second.post(page, {"volume_ml": volume})
    assert Entry.objects.filter(act="syringe").count() == 1
    return page


def test_a_released_syringe_is_discarded_and_filled_again(
    trial: dict[str, User], released: str
) -> None:
    first, second = log_in(trial["pharmacist"]), log_in(trial["second"])
    number = released.split("/")[2]
    assert "Discard syringe" in second.get(released).content.decode()
    why = {"reason": "<b>ketamine</b> on the floor"}
    for _ in range(2):  # a double click
        gone = second.post(released + "discard/", why)
        assert (gone.status_code, gone["Location"]) == (302, released)
    text = first.get(released).content.decode()
    assert "Discarded by second" in text
    assert "&lt;b&gt;ketamine&lt;/b&gt; on the floor" in text
    assert "Discard syringe" not in text
    assert first.post(released + "discard/", why).status_code == 409
    told = first.get("/pharmacy/").content.decode()
    assert "to be filled again" in told
    assert number in told
    assert number in first.post(PREPARE).content.decode()
    said = {"concentration": "5", "total_ml": "50"}
    new = str(first.post(PREPARE, said)["Location"])
    assert new != released
    told = first.get(RECORD).content.decode()
    assert told.index(new) < told.index(released)
    assert "to be checked" in told
    assert "discarded" in told
    assert "ketamine" not in told
    assert "floor" not in told


def test_a_syringe_is_not_discarded_without_a_reason(
    trial: dict[str, User], released: str
) -> None:
    answer = log_in(trial["pharmacist"]).post(released + "discard/")
    assert answer.status_code == 409
    assert "ay what happened to it, in at most 400" in answer.content.decode()
    assert Entry.objects.filter(act="discard").count() == 0


def test_a_syringe_in_use_offers_no_discard(
    trial: dict[str, User], released: str
) -> None:
    number = released.split("/")[2]
    ran = {"syringe": number, "started_at": "2027-01-04T09:00+00:00"}
    form("P0001", "infusion", ran, "infusion-1")
    client = log_in(trial["pharmacist"])
    text = client.get(released).content.decode()
    assert "Discard syringe" not in text
    assert "An infusion has started with it" in text
    assert client.post(released + "discard/", {"reason": "x"}).status_code == 409
    assert "infusion has started" in client.get(RECORD).content.decode()


@pytest.mark.parametrize("role", ["coordinator", "rater", "infusion team", "monitor"])
def test_nobody_else_discards_or_reads_the_record(
    trial: dict[str, User], released: str, role: str
) -> None:
    client = log_in(trial[role])
    assert client.get(RECORD).status_code == 403
    said = [
        client.post(f"/syringes/{number}/discard/", {"reason": "x"})
        for number in (released.split("/")[2], "00000000")
    ]
    assert {answer.status_code for answer in said} == {403}
    assert len({re.sub(rb'"\w{64}"', b"", answer.content) for answer in said}) == 1
    assert not Entry.objects.filter(act="discard").exists()


def test_the_record_has_pages(
    trial: dict[str, User], released: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = log_in(trial["pharmacist"])
    client.post(released + "discard/", {"reason": "fell"})
    said = {"concentration": "5", "total_ml": "50"}
    new = str(client.post(PREPARE, said)["Location"])
    monkeypatch.setattr(pharmacy, "ROWS", 1)
    text = client.get(RECORD).content.decode()
    assert (new in text, released in text) == (True, False)
    assert "Page 1 of 2" in text
    text = client.get(RECORD, {"page": "2"}).content.decode()
    assert (new in text, released in text) == (False, True)
