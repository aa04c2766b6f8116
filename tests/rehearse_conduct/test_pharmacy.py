"""The pharmacy: two people, one volume, one number."""

import pytest
from django.conf import settings as known

from equipoise.conduct.allocation.services import pharmacy_register, syringes
from equipoise.conduct.audit.models import Entry
from equipoise.errors import ConductError
from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.treatment import contained_mg
from equipoise.rehearse_conduct import pharmacy
from equipoise.rehearse_conduct.pharmacy import (
    Delivery,
    check,
    fill,
    prepare,
    stock_up,
    volume,
)
from equipoise.rehearse_conduct.users import Cast
from tests.rehearse_conduct.conftest import Begin, enrolled

WHO = ("coordinator", "investigator", "rater", "pharmacist", "second-pharmacist")
PAGE = "<dt>Dose</dt>\n<dd>{} mg{}</dd>"


def stocked(begun: Begin) -> Cast:
    """Everybody of the pharmacy, with vials of both drugs."""
    cast = begun(*WHO)
    stock_up(cast, load_protocol("feder2021"), cast.parts[0].screened_at)
    return cast


def test_vials_are_delivered_before_anything_is_prepared(begun: Begin) -> None:
    cast = stocked(begun)
    lots = {
        lot.drug: (lot.lot, lot.strength)
        for lot in pharmacy_register.lots(known.VAULT_KEY)
    }
    assert lots == {"ketamine": ("ZQ-7101", 10.0), "midazolam": ("ZQ-7102", 1.0)}
    assert {drug: vial.lot for drug, vial in cast.vials.items()} == {
        "ketamine": "ZQ-7101", "midazolam": "ZQ-7102"
    }  # fmt: skip


def test_a_trial_without_infusions_has_no_stock(begun: Begin) -> None:
    cast = begun("pharmacist")
    stock_up(cast, load_protocol("beat-the-blues"), cast.parts[0].screened_at)
    assert (cast.vials, pharmacy_register.lots(known.VAULT_KEY)) == ({}, [])


def test_a_syringe_is_filled_checked_and_released(begun: Begin) -> None:
    cast = stocked(begun)
    part = enrolled(cast)
    fill = next(d for d in part.after if d.form == "prepare")
    number = prepare(cast, "P0001", fill)
    made = syringes.syringe(number)
    assert made is not None
    assert (made.filled_by, made.checked_by) == ("pharmacist", "second-pharmacist")
    assert made.agrees
    assert Entry.objects.get(act="syringe").value == number
    assert cast.syringes == {number: "P0001 infusion-1"}
    content = syringes.content_of(known.VAULT_KEY, number)
    first = load_protocol("feder2021").arm(content.arm).intervention
    kind = next(k for k in load_protocol("feder2021").interventions if k.id == first)
    strength = content.concentration or 0.0
    assert strength == kind.strengths[0].value
    # What the syringe holds is the dose that virtual participants have.
    held = contained_mg(content.volume_ml, strength)
    assert held == kind.drawn_mg(content.weight_kg or 0.0)
    with pytest.raises(ConductError):  # one infusion, one syringe
        prepare(cast, "P0001", fill)


def test_a_volume_that_differs_stops_the_rehearsal(
    begun: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = stocked(begun)
    part = enrolled(cast)
    fill = next(d for d in part.after if d.form == "prepare")
    monkeypatch.setattr(pharmacy, "volume", lambda text, strength: "99.00")
    with pytest.raises(ConductError, match="does not match"):
        prepare(cast, "P0001", fill)
    assert not Entry.objects.filter(act="syringe").exists()


@pytest.mark.parametrize(
    ("dose", "note", "stock", "ml"),
    [("29.75", "", "50", "0.60"), ("4.0995", "", "1", "4.10"),
     ("3.1045", "", "1", "3.10"), ("40", " (the cap of the protocol)", "15", "2.66")],
)  # fmt: skip
def test_the_second_person_works_it_out(
    dose: str, note: str, stock: str, ml: str
) -> None:
    assert volume(PAGE.format(dose, note), stock) == ml


def test_saline_has_no_volume_of_a_drug() -> None:
    assert volume("<dt>Drug</dt><dd>none: saline only</dd>", "1") == "0.00"


def test_a_syringe_can_wait_for_its_check(begun: Begin) -> None:
    cast = begun(*WHO)
    at, delivery = cast.parts[0].screened_at, Delivery(9, "2031-12-31", "Wholesaler")
    stock_up(cast, load_protocol("feder2021"), at, delivery)
    lots = pharmacy_register.lots(known.VAULT_KEY)
    assert [lot.available for lot in lots] == [9, 9]
    deed = next(d for d in enrolled(cast).after if d.form == "prepare")
    page = fill(cast, "P0001", deed)
    made = syringes.syringes_of("P0001")
    assert [one.agrees for one in made] == [None]
    assert check(cast, page, deed) == made[0].number
    assert syringes.syringes_of("P0001")[0].agrees
