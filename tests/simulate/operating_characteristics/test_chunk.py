"""However trials are grouped, each is the same."""

from dataclasses import replace

import numpy as np
import pytest

from equipoise.errors import SimulationError
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.chunk import Run, simulate_chunk
from equipoise.simulate.operating_characteristics.interim_analyses import read_design
from tests.analyze.feder import feder

RUN = Run(feder(), load_scenario("feder2021"), 12, 3, ("caps5_change", "response"))


@pytest.mark.parametrize("design", ["fixed", "lan-demets-of:0.75,1"])
def test_two_halves_are_the_whole(design: str) -> None:
    run = replace(RUN, design=read_design(design))
    whole = simulate_chunk(run, 0, 6)
    parts = np.concatenate([simulate_chunk(run, 0, 1), simulate_chunk(run, 1, 5)])
    np.testing.assert_array_equal(whole, parts)
    assert whole.shape == (6, 2, 8)
    assert not np.array_equal(whole[0], whole[1])


def test_an_unknown_endpoint_is_refused() -> None:
    with pytest.raises(SimulationError, match="EQ641"):
        Run(feder(), RUN.scenario, 20, 3, ("nothing",)).endpoint_set()
