"""The pages of the pharmacy, as two pharmacists use them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.access.models import Membership
from equipoise.conduct.allocation.services import assignment, syringes
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.pages import pharmacy
from equipoise.conduct.study.models import Site
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.treated import LOT, STRENGTH, randomized, stocked
from tests.conduct.screened import form

PREPARE = "/pharmacy/P0001/infusion-1/"
RECORD = "/pharmacy/record/"


@pytest.fixture
def trial(
    study: Protocol, people: dict[str, User], key, actor: Callable[[str], Actor]
) -> dict[str, User]:
    randomized(key, actor("coordinator"))
    stocked(key)
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


def filled(client: Client, **more: str) -> dict[str, str]:
    """What the first pharmacist sends, who opens the arm and reads the vial."""
    text = client.post(PREPARE).content.decode()
    drug = next(name for name in LOT if re.search(rf"<dd>\s*{name}\s*</dd>", text))
    (lot,) = re.findall(r'<option value="(\d+)">', text)
    said = {"stock": lot, "concentration": f"{STRENGTH[drug]:g}", "vials": "1",
            "total_ml": "50", "hours": "8", "confirmed": "yes"}  # fmt: skip
    return said | more


def read(number: str, **more: str) -> dict[str, str]:
    """What a second person sends who reads the vial well."""
    content = syringes.content_of(settings.VAULT_KEY, number)
    said = {"strength": f"{content.concentration:g}", "lot": LOT[content.drug],
            "volume_ml": content.volume_ml}  # fmt: skip
    return said | more


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
    made = first.post(PREPARE, filled(first))
    assert made.status_code == 302
    page = made["Location"]
    volume = "0.74" if drug == "midazolam" else "0.82"
    assert f"{volume} mL" in first.get(page).content.decode()
    number = page.strip("/").rpartition("/")[2]
    asked = second.get(page).content.decode()
    told = (f"{volume} mL", LOT[drug], f"{STRENGTH[drug]:g} mg/mL", "50.00", "31 Dec")
    assert not [word for word in told if word in asked]
    assert not [word for word in told if word in second.get(RECORD).content.decode()]
    lots = second.post(RECORD).content.decode()
    assert LOT[drug] not in lots
    assert LOT[drug] in first.post(RECORD).content.decode()
    assert first.post(page, read(number)).status_code == 409
    assert second.post(page, read(number)).status_code == 302
    assert Entry.objects.get(act="syringe").value == number
    assert "released" in first.get("/pharmacy/").content.decode()
    assert LOT[drug] in second.get(page).content.decode()


def test_a_slip_is_told_without_saying_where(trial: dict[str, User]) -> None:
    first, second = log_in(trial["pharmacist"]), log_in(trial["second"])
    page = str(first.post(PREPARE, filled(first))["Location"])
    number = page.split("/")[2]
    content = syringes.content_of(settings.VAULT_KEY, number)
    wrong = {"volume_ml": "9.87", "lot": "AB-1", "strength": "33.3"}
    told = second.post(page, read(number) | wrong, follow=True).content.decode()
    assert "Your answer differs from the record" in told
    assert "the next answer also differs, the syringe is quarantined" in told
    first_one = (content.volume_ml, content.lot, f"{content.concentration:g} mg/mL")
    assert not [word for word in (*first_one, *wrong.values()) if word in told]
    assert "9.87" not in first.get(page).content.decode()
    told = second.post(page, read(number) | wrong, follow=True).content.decode()
    assert "Quarantined" in told
    assert f"{content.volume_ml} mL" in told
    assert told.count("9.87 mL") == 2
    assert "to be prepared again" in first.get("/pharmacy/").content.decode()
    assert not Entry.objects.filter(act="syringe").exists()


def test_a_replayed_post_fills_no_second_syringe(trial: dict[str, User]) -> None:
    client = log_in(trial["pharmacist"])
    said = filled(client)
    assert client.post(PREPARE, said).status_code == 302
    assert client.post(PREPARE, said).status_code == 409
    assert len(syringes.syringes_of()) == 1


def test_a_strength_that_is_not_listed_is_refused_and_nothing_typed_is_lost(
    trial: dict[str, User],
) -> None:
    client = log_in(trial["pharmacist"])
    said = filled(client, concentration="7", total_ml="48.5")
    answer = client.post(PREPARE, said)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "7 mg/mL is not a strength that the protocol lists" in text
    assert f'<option value="{said["stock"]}" selected>' in text
    assert 'value="7"' in text
    assert 'value="48.5"' in text
    assert syringes.syringes_of() == []


def test_without_vials_the_delivery_comes_first(
    people: dict[str, User], key, actor: Callable[[str], Actor]
) -> None:
    randomized(key, actor("coordinator"))
    text = log_in(people["pharmacist"]).post(PREPARE).content.decode()
    assert 'href="/pharmacy/stock/">Record a delivery' in text
    assert 'name="total_ml"' not in text


def test_a_stopped_treatment_is_told_and_nothing_else(
    trial: dict[str, User], released: str
) -> None:
    why = {"milestone": "treatment-discontinued", "date": "2027-01-04",
           "reason": "very private"}  # fmt: skip
    form("P0001", "milestone#1", why)
    client = log_in(trial["pharmacist"])
    text = client.get("/pharmacy/").content.decode()
    assert "do not prepare: treatment stopped" in " ".join(text.split())
    assert released in text
    assert "private" not in text
    assert PREPARE not in text
    answer = client.get(PREPARE)
    assert answer.status_code == 409
    assert "o not prepare: treatment was discontinued" in answer.content.decode()


def test_a_positive_pregnancy_test_is_asked_about(trial: dict[str, User]) -> None:
    form("P0001", "pregnancy-test#1", {"LBPERF": "yes", "LBORRES": "positive"})
    client = log_in(trial["pharmacist"])
    said = filled(client)
    for page in ("/pharmacy/", PREPARE):
        text = client.get(page).content.decode()
        assert "sk the investigator" in text
        assert "pregnan" not in text
    assert client.post(PREPARE, said).status_code == 409
    answer = {"asked": "Dr Ines: not before serum is known"}
    assert client.post(PREPARE, said | answer).status_code == 302


@pytest.mark.parametrize(
    "role", ["coordinator", "rater", "infusion team", "investigator", "administrator",
             "statistician", "monitor"],
)  # fmt: skip
def test_nobody_else_sees_the_pharmacy(trial: dict[str, User], role: str) -> None:
    first = log_in(trial["pharmacist"])
    page = str(first.post(PREPARE, filled(first))["Location"])
    client = log_in(trial[role])
    for address in ("/pharmacy/", PREPARE, page, page + "label/", RECORD):
        answer = client.get(address)
        assert answer.status_code == 403
        assert b"idazolam" not in answer.content
    assert client.post(PREPARE).status_code == 403
    assert client.post(page, {"volume_ml": "1"}).status_code == 403


def test_an_unknown_syringe_is_refused(trial: dict[str, User]) -> None:
    assert log_in(trial["pharmacist"]).get("/syringes/123/").status_code == 409


@pytest.fixture
def released(trial: dict[str, User]) -> str:
    """The page of a released syringe."""
    first, second = log_in(trial["pharmacist"]), log_in(trial["second"])
    page = str(first.post(PREPARE, filled(first))["Location"])
    second.post(page, read(page.split("/")[2]))
    assert Entry.objects.filter(act="syringe").count() == 1
    return page


def test_a_released_syringe_that_breaks_is_replaced(
    trial: dict[str, User], released: str
) -> None:
    first, second = log_in(trial["pharmacist"]), log_in(trial["second"])
    number = released.split("/")[2]
    assert "Quarantine" in second.get(released).content.decode()
    why = {"kind": "quarantined", "reason": "<b>ketamine</b> on the floor"}
    for _ in range(2):  # a double click
        gone = second.post(released + "move/", why)
        assert (gone.status_code, gone["Location"]) == (302, released)
    text = first.get(released).content.decode()
    assert "Taken out of use by second" in text
    assert "&lt;b&gt;ketamine&lt;/b&gt; on the floor" in text
    assert 'value="quarantined"' not in text
    assert first.post(released + "move/", why).status_code == 409
    told = first.get("/pharmacy/").content.decode()
    assert "to be prepared again" in told
    assert number in told
    assert number in first.post(PREPARE).content.decode()
    new = str(first.post(PREPARE, filled(first))["Location"])
    assert new != released
    second.post(new, read(new.split("/")[2]))
    assert "and released" in first.get(new).content.decode()
    told = first.get(RECORD).content.decode()
    assert told.index(new) < told.index(released)
    assert "quarantined" in told
    assert "ketamine" not in told
    assert "floor" not in told


def test_from_the_return_to_a_confirmed_destruction(
    trial: dict[str, User], released: str
) -> None:
    first, second = log_in(trial["pharmacist"]), log_in(trial["second"])
    for kind in ("returned", "destroyed"):
        said = {"kind": kind, "reason": "was not needed"}
        assert first.post(released + "move/", said).status_code == 302
    mine = first.get("/pharmacy/").content.decode()
    assert "A second pharmacist must confirm it" in mine
    (address,) = re.findall(
        r'action="(/pharmacy/destructions/\d+/)"',
        second.get("/pharmacy/").content.decode(),
    )
    assert address not in mine
    assert first.post(address, {"answer": "confirm"}).status_code == 409
    assert second.post(address, {"answer": "confirm"}).status_code == 302
    assert "Destroyed" in first.get(released).content.decode()
    assert "destroyed" in first.get(RECORD).content.decode()


def test_a_label_tells_nothing_of_what_is_in_the_syringe(
    trial: dict[str, User], released: str
) -> None:
    client = log_in(trial["pharmacist"])
    number = released.split("/")[2]
    content = syringes.content_of(settings.VAULT_KEY, number)
    for query in ("", "?paper=62"):
        text = client.get(released + "label/" + query).content.decode()
        assert ("narrow" in text) is bool(query)
        kit = assignment.kit("P0001")
        assert all(word in text for word in (number, "P0001", str(kit), "50.00 mL"))
        assert "North Hospital" in text
        used = re.search(r"<dt>Use by</dt>\s*<dd>\s*<b>([^<]+)</b>", text)
        assert used is not None
        told = (content.drug, content.lot, content.volume_ml, content.arm,
                f"{content.concentration:g} mg/mL", f"{content.dose_mg:g}")  # fmt: skip
        label = text.partition('<section class="label-sheet')[2].lower()
        assert "feder2021" in label  # the trial's name has a drug in it
        assert not [w for w in (*told, *LOT) if w.lower() in label]
    client.post(released + "move/", {"kind": "quarantined", "reason": "fell"})
    assert client.get(released + "label/").status_code == 409


def test_a_syringe_is_not_quarantined_without_a_reason(
    trial: dict[str, User], released: str
) -> None:
    answer = log_in(trial["pharmacist"]).post(
        released + "move/", {"kind": "quarantined"}
    )
    assert answer.status_code == 409
    assert "escribe what happened to it, in at most 400" in answer.content.decode()
    assert Entry.objects.filter(act="discard").count() == 0


def test_a_syringe_in_use_is_not_quarantined(
    trial: dict[str, User], released: str
) -> None:
    number = released.split("/")[2]
    ran = {"syringe": number, "started_at": "2027-01-04T09:00+00:00"}
    form("P0001", "infusion", ran, "infusion-1")
    client = log_in(trial["pharmacist"])
    text = client.get(released).content.decode()
    assert 'value="quarantined"' not in text
    assert "An infusion has started with it" in text
    said = {"kind": "quarantined", "reason": "x"}
    assert client.post(released + "move/", said).status_code == 409
    assert "infusion started" in client.get(RECORD).content.decode()


@pytest.mark.parametrize("role", ["coordinator", "rater", "infusion team", "monitor"])
def test_nobody_else_moves_or_reads_the_record(
    trial: dict[str, User], released: str, role: str
) -> None:
    client = log_in(trial[role])
    assert client.get(RECORD).status_code == 403
    said = [
        client.post(f"/syringes/{number}/move/", {"kind": "returned", "reason": "x"})
        for number in (released.split("/")[2], "00000000")
    ]
    assert {answer.status_code for answer in said} == {403}
    assert len({re.sub(rb'"\w{64}"', b"", answer.content) for answer in said}) == 1
    assert not Entry.objects.filter(act="discard").exists()


def test_the_record_has_pages(
    trial: dict[str, User], released: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = log_in(trial["pharmacist"])
    client.post(released + "move/", {"kind": "quarantined", "reason": "fell"})
    new = str(client.post(PREPARE, filled(client))["Location"])
    monkeypatch.setattr(pharmacy, "ROWS", 1)
    text = client.get(RECORD).content.decode()
    assert (new in text, released in text) == (True, False)
    assert "Page 1 of 2" in text
    for text in (client.get(RECORD, {"page": "2"}), client.post(RECORD, {"page": "2"})):
        said = text.content.decode()
        assert (new in said, released in said) == (False, True)
