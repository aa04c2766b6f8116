"""Doses by weight, worked out by hand: a wrong one reaches a vein."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.quantity import Quantity
from equipoise.protocol.treatment import Arm, Intervention, contained_mg, drawn_ml

KETAMINE, MIDAZOLAM = load_protocol("feder2021").interventions
FIFTY = KETAMINE.model_copy(
    update={"cap": Quantity(value=40.0, unit="mg", assumed=True)}
)


def given_(value: float, unit: str, cap: float | None = None) -> Intervention:
    return Intervention(
        id="x", label="X", dose=Quantity(value=value, unit=unit),
        cap=None if cap is None else Quantity(value=cap, unit="mg"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "weight", "mg"),
    [
        (given_(0.5, "mg/kg"), 82, 41.0),
        (given_(0.5, "mg/kg"), 70.5, 35.25),
        (given_(0.045, "mg/kg"), 82, 3.69),
        (given_(500, "ug/kg"), 82, 41.0),  # 500 ug are 0.5 mg
        (given_(45, "ug/kg"), 82, 3.69),
        (given_(84, "mg"), 30, 84.0),  # a fixed dose knows no weight
        (given_(84, "mg"), 250, 84.0),
        (given_(0.5, "mg/kg", cap=50), 99.9, 49.95),
        (given_(0.5, "mg/kg", cap=50), 100, 50.0),
        (given_(0.5, "mg/kg", cap=50), 180, 50.0),
        (given_(84, "mg", cap=56), 70, 56.0),
    ],
)
def test_a_dose_by_hand(kind: Intervention, weight: float, mg: float) -> None:
    assert kind.dose_mg(weight) == pytest.approx(mg, rel=1e-12)


def test_doses_of_the_reference_trial_at_80_kg() -> None:
    # Feder et al. 2021, abstract: ketamine 0.5 mg/kg, midazolam 0.045 mg/kg.
    doses = {k.id: k.dose_mg(80) for k in load_protocol("feder2021").interventions}
    assert doses == {"ketamine": pytest.approx(40), "midazolam": pytest.approx(3.6)}


@pytest.mark.property
@given(
    st.floats(1, 400),
    st.floats(1, 400),
    st.sampled_from([0.045, 0.5, 1.0]),
    st.none() | st.floats(1, 100),
)
def test_who_weighs_more_never_gets_less_and_nobody_more_than_the_cap(
    light: float, heavy: float, dose: float, cap: float | None
) -> None:
    light, heavy = sorted((light, heavy))
    kind = given_(dose, "mg/kg", cap)
    assert 0 < kind.dose_mg(light) <= kind.dose_mg(heavy)
    assert kind.dose_mg(heavy) <= (dose * heavy if cap is None else cap)


@pytest.mark.parametrize("weight", [0, -70, float("nan")])
def test_without_a_weight_there_is_no_dose(weight: float) -> None:
    with pytest.raises(ValueError, match="a weight is a positive number"):
        given_(0.5, "mg/kg").dose_mg(weight)


def test_a_fixed_dose_needs_no_weight() -> None:
    assert given_(84, "mg").dose_mg(float("nan")) == 84
    assert given_(84, "mg").drawn_mg(float("nan")) == 84


def test_care_as_usual_has_no_dose() -> None:
    usual = Intervention(id="tau", label="Usual", kind="care as usual")
    with pytest.raises(ValueError, match="'tau' states no dose"):
        usual.dose_mg(70)


@pytest.mark.parametrize("ratio", [0, -1, 21, 1.5])
def test_the_share_of_an_arm_is_a_small_whole_number(ratio: float) -> None:
    with pytest.raises(ValidationError):
        Arm(id="a", label="A", role="open", ratio=ratio)
    assert Arm(id="a", label="A", role="open").ratio == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_dose_is_a_number(value: float) -> None:
    with pytest.raises(ValidationError):
        Quantity(value=value, unit="mg/kg")


@pytest.mark.parametrize(
    ("mg", "concentration", "ml", "held"),
    [
        (29.75, 50.0, "0.60", 30.0),  # 0.595: a half goes up
        (29.75, 5.0, "5.95", 29.75),
        (3.105, 1.0, "3.11", 3.11),
        (4.0995, 1.0, "4.10", 4.1),
    ],
)
def test_a_volume_and_what_it_holds(
    mg: float, concentration: float, ml: str, held: float
) -> None:
    assert drawn_ml(mg, concentration) == ml
    assert contained_mg(ml, concentration) == held


def test_halves_go_up_for_everybody() -> None:
    assert MIDAZOLAM.drawn_mg(69.0, 1.0) == 3.11
    assert KETAMINE.drawn_mg(59.5, 1.0) == 29.75


def test_a_dose_is_drawn_from_vials_of_the_first_strength() -> None:
    assert [one.value for one in KETAMINE.strengths] == [10, 50, 100]
    assert KETAMINE.drawn_mg(59.5) == 29.8  # 2.975 mL of 10 mg/mL: a half goes up
    none = KETAMINE.model_copy(update={"strengths": ()})
    assert none.drawn_mg(59.5) == 29.75


@pytest.mark.parametrize(("strength", "taken"), [(5, True), (0.5, False), (0, False)])
def test_strengths_that_are_listed(strength: float, taken: bool) -> None:
    assert MIDAZOLAM.takes(strength) is taken


def test_without_a_list_any_strength_is_taken() -> None:
    none = MIDAZOLAM.model_copy(update={"strengths": ()})
    assert none.takes(0.5)
    assert not none.takes(0)


@given(
    st.floats(20, 250).map(lambda kg: round(kg, 1)),
    st.sampled_from([1.0, 2.5, 5.0, 10.0, 15.0, 50.0]),
)
def test_the_cap_is_never_exceeded_and_the_dose_is_near(
    kg: float, concentration: float
) -> None:
    dose, held = FIFTY.dose_mg(kg), FIFTY.drawn_mg(kg, concentration)
    assert held <= 40.0
    assert abs(held - dose) <= 0.01 * concentration + 1e-9
