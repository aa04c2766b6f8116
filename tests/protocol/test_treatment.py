"""From a dose to a syringe: one rule for virtual participants and the pharmacy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.quantity import Quantity
from equipoise.protocol.treatment import contained_mg, drawn_ml

KETAMINE, MIDAZOLAM = load_protocol("feder2021").interventions
FIFTY = KETAMINE.model_copy(
    update={"cap": Quantity(value=40.0, unit="mg", assumed=True)}
)


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
    assert MIDAZOLAM.drawn_mg(69.0) == 3.11
    assert KETAMINE.drawn_mg(59.5) == 29.75


@pytest.mark.parametrize("kg", [0.0, -1.0, float("nan")])
def test_a_weight_is_positive(kg: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        KETAMINE.dose_mg(kg)


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
