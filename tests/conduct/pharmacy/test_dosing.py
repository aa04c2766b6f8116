"""Doses by weight: exact, rounded once, never above the cap."""

from datetime import timedelta

import pytest

from equipoise.conduct.pharmacy.dosing import Dose, Weight, dose, require_weight, volume
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from equipoise.protocol.quantity import Quantity
from tests.conduct.conftest import NOW


def weight(kg: float = 82.0) -> Weight:
    return Weight(kg, NOW, "infusion", "infusion-1")


@pytest.mark.parametrize(
    ("arm", "kg", "mg", "concentration", "ml"),
    [
        ("ketamine", 82.0, 41.0, 50.0, "0.82"),
        ("ketamine", 71.3, 35.65, 50.0, "0.71"),
        ("midazolam", 82.0, 3.69, 5.0, "0.74"),
        ("midazolam", 100.0, 4.5, 1.0, "4.50"),
        ("ketamine", 60.5, 30.25, 10.0, "3.03"),  # 3.025: a half goes up
    ],
)
def test_a_dose_by_weight(
    feder: Protocol, arm: str, kg: float, mg: float, concentration: float, ml: str
) -> None:
    given = dose(feder, arm, weight(kg))
    assert given.mg == pytest.approx(mg, rel=1e-12)
    assert (given.drug, given.capped, given.by_weight) == (arm, False, True)
    assert volume(given, concentration, 50.0) == ml


def test_a_cap_is_never_exceeded(feder: Protocol) -> None:
    capped = feder.interventions[0].model_copy(
        update={"cap": Quantity(value=40.0, unit="mg", assumed=True)}
    )
    trial = feder.model_copy(
        update={"interventions": (capped, *feder.interventions[1:])}
    )
    given = dose(trial, "ketamine", weight(140.0))
    assert (given.mg, given.capped) == (40.0, True)
    assert volume(given, 15.0, 50.0) == "2.66"  # 2.6667 would be 40.05 mg


def test_an_arm_without_a_drug_gets_saline(feder: Protocol) -> None:
    plain = feder.arms[1].model_copy(update={"intervention": None})
    trial = feder.model_copy(update={"arms": (feder.arms[0], plain)})
    given = dose(trial, "midazolam", None)
    assert given == Dose("", 0.0, capped=False, by_weight=False)
    assert volume(given, 0.0, 50.0) == "0.00"


def test_no_weight_is_no_dose(feder: Protocol) -> None:
    with pytest.raises(ConductError, match="no weight"):
        dose(feder, "ketamine", None)


@pytest.mark.parametrize(
    ("concentration", "total"),
    [(0, 50), (-5, 50), (float("nan"), 50), (float("inf"), 50), (50, 0), (50, 1e9),
     (1, 40), (1001, 50), (1000, 50)],
)  # fmt: skip
def test_impossible_syringes_are_refused(
    feder: Protocol, concentration: float, total: float
) -> None:
    given = dose(feder, "midazolam", weight())
    if concentration == 1:
        given = dose(feder, "ketamine", weight())
    with pytest.raises(ConductError, match="EQ938"):
        volume(given, concentration, total)


def test_a_weight_holds_for_two_weeks(feder: Protocol) -> None:
    given, known = dose(feder, "ketamine", weight()), weight()
    require_weight(known, given, at=NOW + timedelta(days=14), confirmed=False)
    late = NOW + timedelta(days=15)
    with pytest.raises(ConductError, match="15 days old"):
        require_weight(known, given, at=late, confirmed=False)
    require_weight(known, given, at=late, confirmed=True)
