"""However trials are grouped, each is the same."""

import numpy as np
import pytest

from equipoise.errors import SimulationError
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.chunk import Run, simulate_chunk
from tests.analyze.feder import feder

RUN = Run(feder(), load_scenario("feder2021"), 12, 3, ("caps5_change", "response"))


def test_two_halves_are_the_whole() -> None:
    whole = simulate_chunk(RUN, 0, 6)
    parts = np.concatenate([simulate_chunk(RUN, 0, 2), simulate_chunk(RUN, 2, 4)])
    np.testing.assert_array_equal(whole, parts)
    assert whole.shape == (6, 2, 8)
    assert not np.array_equal(whole[0], whole[1])


def test_an_unknown_endpoint_is_refused() -> None:
    with pytest.raises(SimulationError, match="EQ641"):
        Run(feder(), RUN.scenario, 20, 3, ("nothing",)).endpoint_set()
