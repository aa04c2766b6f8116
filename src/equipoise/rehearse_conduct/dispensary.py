"""The pharmacy of a rehearsal: one fills, another works the volume out and checks."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from urllib.parse import quote

from equipoise.errors import ConductError
from equipoise.rehearse_conduct.cast import Cast
from equipoise.rehearse_conduct.script import Deed
from equipoise.rehearse_conduct.setup import SECOND

# A solution of 1 mg/mL can be drawn up in steps of 0.01 mg, in which virtual participants
# have their doses (``Intervention.drawn_mg``); everybody's syringe has the same volume.
CONCENTRATION, TOTAL = "1", "250"
DOSE = re.compile(r"<dt>Dose</dt><dd>([\d.]+) mg([^<]*)")
STOCK = re.compile(r"<dt>Stock solution</dt><dd>([\d.]+) mg/mL")
OLD = "and I confirm that it holds"
STEP = Decimal("0.01")


def prepare(cast: Cast, identifier: str, deed: Deed) -> str:
    """Fills the syringe of an infusion and has it checked; the number on its label.

    Raises:
        ConductError: EQ964, a page offers something else, or the syringe was not released.
    """
    first, second = cast.browser("pharmacist"), cast.browsers[SECOND]
    address = f"/pharmacy/{identifier}/{quote(deed.visit)}/"
    with cast.lock:
        new = identifier not in cast.syringes.values()
    if new and not first.open("/pharmacy/", deed.at).leads_to(address):
        raise _unlike("the list of the pharmacy does not lead to the infusion", address)
    page = first.open(address, deed.at)
    order = first.press(page.sheet(address), {}, deed.at)  # opens the arm
    sheet = order.sheet(address)
    values = {"total_ml": TOTAL}
    if "concentration" in sheet.offered:
        values["concentration"] = CONCENTRATION
    if OLD in order.text:
        values["confirmed"] = "yes"
    label = first.submit(sheet, values, deed.at)
    first.open(label, deed.at)  # reads the volume that is to be drawn up
    checked = second.open(label, deed.at)
    said = {"volume_ml": volume(checked.text)}
    released = second.open(second.submit(checked.sheet(label), said, deed.at), deed.at)
    if "and released" not in released.text:
        raise _unlike("the second pharmacist came to another volume", label)
    number = label.strip("/").rpartition("/")[2]
    with cast.lock:
        cast.syringes[number] = f"{identifier} {deed.visit}"
    cast.note("syringes")
    return number


def volume(text: str) -> str:
    """Volume of the stock in mL that a second person works out from the page.

    Args:
        text: of the page of a syringe, which does not tell the volume.
    """
    dose, stock = DOSE.search(text), STOCK.search(text)
    if dose is None or stock is None:
        return "0.00"  # saline
    rounding = ROUND_DOWN if "cap" in dose[2] else ROUND_HALF_UP
    exact = Decimal(dose[1]) / Decimal(stock[1])
    return f"{exact.quantize(STEP, rounding):f}"


def _unlike(what: str, address: str) -> ConductError:
    return ConductError.single(
        "EQ964", what, where=address, mend="work the volume out by hand, and compare"
    )
