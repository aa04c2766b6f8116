"""A drug knows its models."""

import pytest

from equipoise import library
from equipoise.errors import SimulationError
from equipoise.exchange.drugs import load_drug
from equipoise.simulate.pharmacokinetics.read import parse_drug


def test_a_model_by_name_and_a_name_that_is_none() -> None:
    drug = load_drug("ketamine")
    assert drug.model("kamp").volumes == (25, 56, 157)
    with pytest.raises(SimulationError, match="clements, domino, kamp"):
        drug.model("bateman")


@pytest.mark.parametrize(
    ("was", "becomes", "why"),
    [("clearances = [84.3, 37.6]", "clearances = [114, 84.3, 37.6]", "but the first"),
     ('volume_unit = "L"', 'volume_unit = "L/kg"', "volumes in L"),
     ("fraction = 0.4032", "fraction = 0.9", "no more than the dose"),
     ("liver = {", "# liver = {", "a liver that is not there"),
     ("clearances = [84.3, 37.6]", "clearances = [0, 37.6]", "above 0")],
)  # fmt: skip
def test_a_liver_and_an_absorption_that_cannot_be_are_rejected(
    was: str, becomes: str, why: str
) -> None:
    text = library.text("drugs", "esketamine")
    assert was in text
    with pytest.raises(SimulationError, match=why):
        parse_drug(text.replace(was, becomes, 1), origin="esketamine")
