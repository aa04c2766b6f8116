"""The pharmacy: two people, one volume, one number."""

import pytest
from django.conf import settings

from equipoise.conduct.allocation import services
from equipoise.conduct.audit.models import Entry
from equipoise.errors import ConductError
from equipoise.protocol.treatment import contained_mg
from equipoise.rehearse_conduct import dispensary
from equipoise.rehearse_conduct.dispensary import prepare, volume
from tests.rehearse_conduct.conftest import Begin, enrolled

WHO = ("coordinator", "investigator", "rater", "pharmacist", "second-pharmacist")
PAGE = "<dt>Dose</dt><dd>{} mg{}</dd><dt>Stock solution</dt><dd>{} mg/mL</dd>"


def test_a_syringe_is_filled_checked_and_released(begun: Begin) -> None:
    cast = begun(*WHO)
    part = enrolled(cast)
    fill = next(d for d in part.after if d.form == "prepare")
    number = prepare(cast, "P0001", fill)
    made = services.syringe(number)
    assert made is not None
    assert (made.filled_by, made.checked_by) == ("pharmacist", "second-pharmacist")
    assert made.agrees
    assert Entry.objects.get(act="syringe").value == number
    assert cast.syringes == {number: "P0001 infusion-1"}
    content = services.content_of(settings.VAULT_KEY, number)
    assert content.concentration == 1.0
    assert contained_mg(content.volume_ml, 1.0) == round(content.dose_mg, 2)
    with pytest.raises(ConductError):  # one infusion, one syringe
        prepare(cast, "P0001", fill)


def test_a_volume_that_differs_stops_the_rehearsal(
    begun: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = begun(*WHO)
    part = enrolled(cast)
    fill = next(d for d in part.after if d.form == "prepare")
    monkeypatch.setattr(dispensary, "volume", lambda text: "99.00")
    with pytest.raises(ConductError, match="another volume"):
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
    assert volume(PAGE.format(dose, note, stock)) == ml


def test_saline_has_no_volume_of_a_stock() -> None:
    assert volume("<dt>Drug</dt><dd>none: saline only</dd>") == "0.00"
