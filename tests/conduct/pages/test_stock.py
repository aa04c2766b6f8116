"""The stock register on its pages, and that no lot leaves the pharmacy."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import pharmacy_register
from tests.conduct.pages.test_pharmacy import filled, log_in, read, trial  # noqa: F401
from tests.conduct.pharmacy.treated import LOT

STOCK = "/pharmacy/stock/"
NEW = {"site": "north", "drug": "ketamine", "strength": "10", "lot": "QX-77001",
       "expiry": "2028-06-30", "vials": "25", "supplier": "Zentralapotheke",
       "note": "LS-55"}  # fmt: skip


def row(client: Client, lot: str) -> list[str]:
    """Cells of a lot in the table of accountability, as they are read."""
    text = client.get(STOCK).content.decode()
    found = next(r for r in re.findall(r"<tr>.*?</tr>", text, re.S) if lot in r)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", found, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def test_from_a_delivery_to_a_balance(
    trial: dict[str, User],  # noqa: F811
) -> None:
    first, second = log_in(trial["pharmacist"]), log_in(trial["second"])
    made = first.post(STOCK, NEW)
    assert made.status_code == 302
    page = made["Location"]
    assert first.post(STOCK, NEW)["Location"] == page  # a double click
    counts = ["30 Jun 2028", "25", "0", "0", "0", "25"]
    assert row(first, "QX-77001") == ["ketamine 10 mg/mL", "QX-77001", *counts]
    text = first.get(page).content.decode()
    assert "Zentralapotheke, delivery note LS-55" in text

    def move(kind: str, vials: str, status: int = 302) -> None:
        seen = re.search(r'name="seen" value="(\d+)"', first.get(page).content.decode())
        assert seen is not None
        said = {"kind": kind, "vials": vials, "reason": "as agreed", "seen": seen[1]}
        assert first.post(page, said).status_code == status

    move("returned", "4")
    move("destroyed", "2")
    move("destroyed", "20", 409)
    move("eaten", "1", 409)
    assert row(first, "QX-77001")[3:] == ["25", "0", "4", "0", "21 2 to be confirmed"]
    (address,) = re.findall(
        r'action="(/pharmacy/destructions/\d+/)"', second.get(STOCK).content.decode()
    )
    for unknown in ({}, {"answer": "yes"}):
        assert second.post(address, unknown).status_code == 409
    assert second.post(address, {"answer": "confirm"}).status_code == 302
    assert row(first, "QX-77001")[3:] == ["25", "0", "4", "2", "19"]
    move("quarantined", "")
    assert "quarantined" in row(first, "QX-77001")[1]
    move("released", "")
    text = " ".join(first.get(page).content.decode().split())
    assert "confirmed by a second pharmacist" in text
    assert "released from quarantine" in text


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"strength": "0.5"}, "0.5 mg/mL is not a strength that the protocol lists"),
        ({"drug": "water"}, "protocol has no such drug"),
        ({"expiry": "soon"}, "expiry date is missing"),
        ({"vials": "many"}, "number of vials"),
        ({"lot": ""}, "lot, supplier or delivery note"),
    ],
)
def test_a_delivery_that_cannot_be_is_refused(
    trial: dict[str, User],  # noqa: F811
    more: dict[str, str],
    what: str,
) -> None:
    answer = log_in(trial["pharmacist"]).post(STOCK, NEW | more)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert what[1:] in text
    for name in ("strength", "lot", "supplier", "note"):  # nothing typed is lost
        typed = f'value="{(NEW | more)[name]}"'
        assert re.search(rf'name="{name}"\s+{re.escape(typed)}', text)
    assert len(pharmacy_register.lots(settings.VAULT_KEY)) == 2


def test_another_sites_stock_is_not_there(
    trial: dict[str, User],  # noqa: F811
) -> None:
    client = log_in(trial["pharmacist"])
    assert client.post(STOCK, NEW | {"site": "south"}).status_code == 403
    for page in ("999999/", "0/"):
        assert client.get(STOCK + page).status_code == 409
        assert client.post(STOCK + page, {"kind": "returned"}).status_code == 409


@pytest.mark.parametrize(
    "role", ["coordinator", "rater", "infusion team", "investigator", "administrator",
             "statistician", "monitor"],
)  # fmt: skip
def test_nobody_else_reads_or_changes_the_stock(
    trial: dict[str, User],  # noqa: F811
    role: str,
) -> None:
    client = log_in(trial[role])
    answers = [client.get(STOCK), client.get(STOCK + "1/"), client.post(STOCK, NEW),
               client.post(STOCK + "1/", {"kind": "returned"}),
               client.post("/pharmacy/destructions/1/")]  # fmt: skip
    for answer in answers:
        assert answer.status_code == 403
        assert not [lot for lot in LOT.values() if lot.encode() in answer.content]


def test_no_lot_strength_or_supplier_leaves_the_vault(
    trial: dict[str, User],  # noqa: F811
    actor: Callable[[str], Actor],
) -> None:
    """Every table outside the vault, after all that a pharmacy does: sessions too."""
    first, second = log_in(trial["pharmacist"]), log_in(trial["second"])
    page = str(first.post("/pharmacy/P0001/infusion-1/", filled(first))["Location"])
    number = page.split("/")[2]
    second.post(page, read(number, volume_ml="9"))
    second.post(page, read(number))
    lot = str(first.post(STOCK, NEW)["Location"])
    first.post(
        lot, {"kind": "destroyed", "vials": "1", "reason": "QX-77001", "seen": "4"}
    )
    first.post(STOCK, NEW | {"strength": "0.5"})
    first.post(page + "move/", {"kind": "returned", "reason": "of lot QX-77001"})
    first.post("/pharmacy/record/")
    assert {one.kind for one in pharmacy_register.history(settings.VAULT_KEY)} >= {
        "answered",
        "returned",
    }
    told = [*LOT.values(), "QX-77001", "Zentralapotheke", "LS-55"]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            text = str(cursor.fetchall())
            assert not [word for word in told if word in text], table
