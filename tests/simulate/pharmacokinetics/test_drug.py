"""A drug knows its models."""

import pytest

from equipoise.errors import SimulationError
from equipoise.exchange.drugs import load_drug


def test_a_model_by_name_and_a_name_that_is_none() -> None:
    drug = load_drug("ketamine")
    assert drug.model("kamp").volumes == (25, 56, 157)
    with pytest.raises(SimulationError, match="clements, domino, kamp"):
        drug.model("bateman")
