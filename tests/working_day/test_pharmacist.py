"""The pharmacist and the second pharmacist, from a delivery to a balance.

Two lots arrive and one that has expired; a syringe is prepared, worked out again from the
label of the vial alone, released, and its label printed; another one is destroyed; vials
are returned and destroyed; and the account of each lot balances.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.allocation.services import pharmacy_register, unblinding
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.export.unblinding import syringe_rows
from tests.working_day.recorded import Recorded
from tests.working_day.scene import randomized

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)
STRENGTH = {"ketamine": "50", "midazolam": "5"}
LOT = {"ketamine": "KX-1207", "midazolam": "MZ-3345"}
OLD = {"ketamine": "KX-0001", "midazolam": "MZ-0001"}
DOSE = {"ketamine": 0.5, "midazolam": 0.045}  # mg/kg, of the protocol
WEIGHT = 82  # kg, on record


def deliver(user: Recorded, drug: str, lot: str, expiry: str, strength: str) -> None:
    user.pick("Drug", drug)
    user.type("Strength on the vial", strength)
    user.type("Lot", lot)
    user.type("Expiry date", expiry)
    user.type("Vials", "10")
    user.type("Supplier", "Central Pharmacy")
    user.type("Delivery note", "N-1")
    user.button("Record the delivery")


def receives(user: Recorded) -> None:
    """A strength that the protocol does not list is refused, and nothing typed is lost."""
    user.link("Pharmacy", within="nav")
    user.link("Stock and accountability")
    deliver(user, "ketamine", LOT["ketamine"], "2028-06-30", "0.5")
    user.sees("0.5 mg/mL is not a strength that the protocol lists", "10, 50, 100")
    assert user.page.get_by_label("Lot").input_value() == LOT["ketamine"]
    user.type("Strength on the vial", "50")
    user.button("Record the delivery")
    user.sees("The delivery is recorded", "30 Jun 2028")
    for drug, lot, expiry in (
        ("midazolam", LOT["midazolam"], "2028-06-30"),
        ("ketamine", OLD["ketamine"], "2027-01-03"),
        ("midazolam", OLD["midazolam"], "2027-01-03"),
    ):
        user.link("Stock and accountability")
        deliver(user, drug, lot, expiry, STRENGTH[drug])
        user.sees(f"lot {lot}")
    user.sees("expired")


def prepares(user: Recorded) -> str:
    """Prepares a syringe from the vial that the arm asks for; the drug."""
    user.link("Pharmacy", within="nav")
    user.link("Prepare for P0001")
    assert "idazolam" not in user.page.inner_text("main")
    user.button("Show drug and dose")
    user.sees("Dose")
    drug = user.page.locator("dt:has-text('Drug') + dd").inner_text()
    lots = [
        text.strip() for text in user.page.locator("#stock option").all_inner_texts()
    ]
    assert not [text for text in lots if OLD[drug] in text]
    user.pick("Lot of the vial", next(text for text in lots if LOT[drug] in text))
    user.type("Strength on the vial", "7")
    user.type("Total volume with saline", "50")
    user.type("To be used within", "8")
    user.button("Calculate the volume")
    user.sees("7 mg/mL is not a strength that the protocol lists")
    user.type("Strength on the vial", STRENGTH[drug])
    user.button("Calculate the volume")
    user.sees("A second pharmacist must check the syringe")
    return drug


def answers(user: Recorded, drug: str, volume: str) -> None:
    user.type("Strength on the vial", STRENGTH[drug])
    user.type("Lot on the vial", LOT[drug])
    user.type("Drug volume that you calculated", volume)
    user.button("Check the syringe")


def checks(user: Recorded, drug: str, number: str) -> None:
    """Works the volume out from the label of the vial; the first try is a slip."""
    user.link("Pharmacy", within="nav")
    user.link(f"Check {number}")
    shown = user.page.inner_text("main")
    volume = f"{DOSE[drug] * WEIGHT / float(STRENGTH[drug]):.2f}"
    dose = re.search(r"([\d.]+) mg\b", shown)
    assert dose is not None
    assert float(dose[1]) == pytest.approx(DOSE[drug] * WEIGHT)
    assert not [w for w in (volume, LOT[drug], f"{STRENGTH[drug]} mg/mL") if w in shown]
    answers(user, drug, "9.87")
    user.sees("Your answer differs", "Use only the label of the vial")
    assert volume not in user.page.inner_text("main")
    answers(user, drug, volume)
    user.sees("and released")
    user.sees(f"{volume} mL")


def quarantines_after_two(first: Recorded, second: Recorded) -> None:
    """Another syringe, which two differing answers quarantine; both destroy it."""
    number = number_of(first)
    second.link("Pharmacy", within="nav")
    second.link(f"Check {number}")
    drug = second.page.locator("dt:has-text('Drug') + dd").inner_text()
    for volume in ("9.87", "9.88"):
        answers(second, drug, volume)
    second.sees("Quarantined", "differed twice")
    first.link("Pharmacy", within="nav")
    first.sees("to be prepared again")
    first.link(number)
    first.type("Reason", "two answers differed")
    first.button("Record the destruction of syringe")
    first.sees("A second pharmacist must confirm that")
    second.link("Pharmacy", within="nav")
    second.button("I have witnessed it")
    second.sees("Confirmed")


def prints_the_label(user: Recorded, drug: str, number: str) -> None:
    user.link("Print label")
    user.sees("does not show drug, strength or lot")
    user.page.evaluate("window.print = () => { window.printed = true; }")
    user.button("Print")
    assert user.page.evaluate("window.printed")
    label = user.page.locator(".label-sheet").inner_text()
    assert number in label
    assert "P0001" in label
    trial = "feder2021"
    told = (LOT[drug], "mg", "idazolam", "etamine")
    assert not [w for w in told if w in label.replace(trial, "")], label


def returns_and_destroys(first: Recorded, second: Recorded, drug: str) -> None:
    first.link("Stock and accountability")
    first.link(LOT[drug])
    for kind, vials in (
        ("Vials returned to the supplier", "4"),
        ("Vials destroyed (a second pharmacist confirms it)", "2"),
    ):
        first.pick("Action", kind)
        first.type("Number of vials, if", vials)
        first.type("Reason", "as agreed")
        first.button("Record")
        first.sees("Recorded")
    first.sees("to be confirmed by a second pharmacist")
    second.link("Pharmacy", within="nav")
    second.button("I have witnessed it")
    second.sees("Confirmed")


def comes_back(first: Recorded, second: Recorded, number: str) -> None:
    """A released syringe that nobody needs: it is returned, and both destroy it."""
    second.link("Pharmacy", within="nav")
    second.link(f"Open {number}")
    second.type("Reason", "the infusion was called off")
    second.button("Record the return of")
    second.sees("Returned", "the infusion was called off")
    second.type("Reason", "not to be used again")
    second.button("Record the destruction of")
    second.sees("A second pharmacist must confirm that")
    first.link("Pharmacy", within="nav")
    first.button("I have witnessed it")
    first.sees("Confirmed")


def number_of(user: Recorded) -> str:
    return user.page.locator("h1 .number").inner_text()


def row_of(user: Recorded, lot: str) -> dict[str, int]:
    """Column -> count of a lot in the table of accountability, as it is read."""
    row = user.page.locator("tr", has_text=lot)
    named = ("Received", "Used", "Returned", "Destroyed", "In stock")
    cells = [row.locator(f"td[data-label='{name}']").inner_text() for name in named]
    return {
        n: int(re.findall(r"\d+", c)[-1]) for n, c in zip(named, cells, strict=True)
    }


def test_the_pharmacists_day(
    people: dict[str, User], recorded: Callable[..., Recorded], key: Path
) -> None:
    randomized(people, key)
    first, second = recorded("pharmacist"), recorded("second pharmacist")
    receives(first)
    drug = prepares(first)
    spoilt = number_of(first)
    quarantines_after_two(first, second)
    assert prepares(first) == drug
    number = number_of(first)
    checks(second, drug, number)
    assert Entry.objects.get(act="syringe").value == number != spoilt
    prints_the_label(second, drug, number)
    comes_back(first, second, number)
    first.link("Pharmacy", within="nav")
    returns_and_destroys(first, second, drug)
    other = next(name for name in LOT if name != drug)
    balance = row_of(second, LOT[drug])
    assert balance == {
        "Received": 10, "Used": 2, "Returned": 4, "Destroyed": 2, "In stock": 2,
    }  # fmt: skip
    assert row_of(second, LOT[other])["In stock"] == 10
    second.link("Record of all syringes")
    second.sees(number, spoilt, "destroyed")
    held = {one["number"]: one for one in syringe_rows(unblinding.contents(key))}
    typed = (LOT[drug], float(STRENGTH[drug]), 50.0, 1)  # as the export will have it
    for one in (number, spoilt):
        names = ("lot", "concentration", "total_ml", "vials")
        assert tuple(held[one][name] for name in names) == typed
    assert (held[number]["released"], held[spoilt]["released"]) == (True, False)
    kinds = {one.kind for one in pharmacy_register.history(key)}
    assert {"received", "answered", "returned", "destroyed", "confirmed"} <= kinds
