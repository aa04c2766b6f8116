"""Pharmacy of a rehearsal: stock, preparation, and check by the second pharmacist."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from urllib.parse import quote

from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from equipoise.rehearse_conduct.action_plan import Deed
from equipoise.rehearse_conduct.setup import SECOND
from equipoise.rehearse_conduct.users import Cast, Vial

# Simulated participants have doses from vials of the first strength of the protocol, or of
# 1 mg/mL (``Intervention.drawn_mg``); all syringes have the same volume.
STOCK, TOTAL, HOURS = "/pharmacy/stock/", "250", "24"
DRUG = re.compile(r"<dt>Drug</dt>\s*<dd>\s*([^<]*?)\s*</dd>")
DOSE = re.compile(r"<dt>Dose</dt>\s*<dd>\s*([\d.]+) mg([^<]*)")
OLD = "and I confirm that it is still correct"
STEP = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivery of each drug; by default enough for any rehearsal."""

    vials: int = 10_000
    expiry: str = "2199-12-31"
    supplier: str = "Rehearsal"


def stock_up(
    cast: Cast, protocol: Protocol, at: datetime, delivery: Delivery | None = None
) -> None:
    """The first pharmacist records a delivery of each drug, through the page.

    Raises:
        ConductError: EQ964, the page rejects it.
    """
    delivery = delivery or Delivery()
    drugs = {kind.drug: kind for kind in protocol.interventions if kind.drug}
    infused = any(visit.infusion is not None for visit in protocol.schedule.visits)
    for number, (drug, kind) in enumerate(sorted(drugs.items()) if infused else ()):
        strength = kind.strengths[0].value if kind.strengths else 1.0
        vial = Vial(f"ZQ-{7101 + number}", f"{strength:.10g}")
        page = cast.browser("pharmacist").open(STOCK, at)
        sheet = page.sheet(STOCK)
        values = {
            "site": next(code for code in sheet.offered["site"] if code),
            "drug": drug, "strength": vial.strength, "lot": vial.lot,
            "expiry": delivery.expiry, "vials": str(delivery.vials),
            "supplier": delivery.supplier,
            "note": f"note {number + 1}",
        }  # fmt: skip
        cast.browser("pharmacist").submit(sheet, values, at)
        cast.vials[drug] = vial
        cast.note("deliveries")


def prepare(cast: Cast, identifier: str, deed: Deed) -> str:
    """Prepares the syringe of an infusion and has it checked; the number on its label.

    Raises:
        ConductError: EQ964, a page offers something else, or the syringe was not released.
    """
    return check(cast, fill(cast, identifier, deed), deed)


def fill(cast: Cast, identifier: str, deed: Deed) -> str:
    """The first pharmacist prepares the syringe; the address of its page.

    Raises:
        ConductError: EQ964, a page offers something else.
    """
    first = cast.browser("pharmacist")
    address = f"/pharmacy/{identifier}/{quote(deed.visit)}/"
    with cast.lock:
        new = identifier not in cast.syringes.values()
    if new and not first.open("/pharmacy/", deed.at).leads_to(address):
        raise _unlike("the list of the pharmacy has no link to the infusion", address)
    page = first.open(address, deed.at)
    order = first.press(page.sheet(address), {}, deed.at)  # opens the arm
    sheet = order.sheet(address)
    values = {"total_ml": TOTAL, "hours": HOURS}
    if "stock" in sheet.offered:
        values["stock"] = next(number for number in sheet.offered["stock"] if number)
        values["concentration"] = _vial(cast, order.text, address).strength
    if OLD in order.text:
        values["confirmed"] = "yes"
    label = first.submit(sheet, values, deed.at)
    first.open(label, deed.at)  # reads the volume that is to be drawn up
    number = _number(label)
    with cast.lock:
        cast.syringes[number] = f"{identifier} {deed.visit}"
    return label


def check(cast: Cast, label: str, deed: Deed) -> str:
    """The second pharmacist calculates the volume; the number of the released syringe.

    Raises:
        ConductError: EQ964, the syringe was not released.
    """
    second = cast.browsers[SECOND]
    checked = second.open(label, deed.at)
    said = {"volume_ml": "0.00"}
    if "lot" in checked.sheet(label).offered:
        vial = _vial(cast, checked.text, label)
        said = {"strength": vial.strength, "lot": vial.lot}
        said["volume_ml"] = volume(checked.text, vial.strength)
    released = second.open(second.submit(checked.sheet(label), said, deed.at), deed.at)
    if "and released" not in released.text:
        raise _unlike("the volume of the second pharmacist does not match", label)
    cast.note("syringes")
    return _number(label)


def _number(label: str) -> str:
    """Number of the syringe of a page."""
    return label.strip("/").rpartition("/")[2]


def _vial(cast: Cast, text: str, address: str) -> Vial:
    """The vial whose label is read."""
    drug = DRUG.search(text)
    if drug is None or drug[1] not in cast.vials:
        raise _unlike("the page names no drug that was delivered", address)
    return cast.vials[drug[1]]


def volume(text: str, strength: str) -> str:
    """Volume of the drug in mL as calculated by the second pharmacist.

    Args:
        text: of the page of a syringe, which shows the dose and not the volume.
        strength: mg/mL, from the label of the vial.
    """
    dose = DOSE.search(text)
    if dose is None:
        return "0.00"
    rounding = ROUND_DOWN if "cap" in dose[2] else ROUND_HALF_UP
    exact = Decimal(dose[1]) / Decimal(strength)
    return f"{exact.quantize(STEP, rounding):f}"


def _unlike(what: str, address: str) -> ConductError:
    return ConductError.single(
        "EQ964", what, where=address, fix="calculate the volume by hand, and compare"
    )
