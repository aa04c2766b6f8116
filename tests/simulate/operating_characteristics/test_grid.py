"""A grid: every combination once, with one seed, or every reason why not."""

from __future__ import annotations

import re

import pytest

from equipoise.errors import DesignError, SimulationError
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.grid import Axes, grid, primary_of
from equipoise.simulate.operating_characteristics.scenario_variants import (
    with_dropout,
    with_effect,
)
from tests.analyze.feder import feder

SCENARIO = load_scenario("feder2021")
DESIGNS = ("fixed", "lan-demets-of:0.5,1", "kim-demets=3:0.5,1")


def test_every_combination_once_with_the_same_seed() -> None:
    axes = Axes((20, 30, 20), (0.0, 1.0), (1.0, 2.0), DESIGNS)
    cells = grid(feder(), SCENARIO, 7, axes)
    keys = {(c.size, c.effect, c.dropout, c.design) for c in cells}
    assert len(keys) == len(cells) == 2 * 2 * 2 * 3
    assert {c.run.seed for c in cells} == {7}
    for cell in cells:
        wanted = with_dropout(with_effect(SCENARIO, feder(), cell.effect), cell.dropout)
        assert cell.run.scenario == wanted
        assert cell.run.n == cell.size
        looks = cell.run.looks
        assert cell.design == ("fixed" if looks is None else looks.label)
        primary = () if looks is None else ("caps5_change",)
        assert cell.run.endpoints == primary


def test_a_name_is_of_one_cell_and_a_folder_on_any_system() -> None:
    axes = Axes((20, 30), (0.0, 1 / 3, 0.3333), (1.0, 2.0), DESIGNS)
    names = [cell.name for cell in grid(feder(), SCENARIO, 7, axes)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9._-]+", name) for name in names)


def test_all_that_is_impossible_is_said_at_once() -> None:
    axes = Axes((2, 10), (-1.0, 11.0), (9.5, float("nan")), ("pocock:0.95,1",))
    with pytest.raises(SimulationError) as refusal:
        grid(feder(), SCENARIO, 1, axes)
    said = str(refusal.value)
    for part in (
        "a trial of 2",
        "looks at 10, 10 people in a trial of 10",
        "a factor of -1",
        "a factor of 11",
        "9.5 times the departures",
        "a factor of nan",
    ):
        assert part in said
    assert {p.code for p in refusal.value.problems} == {"EQ644"}


def test_the_factor_that_is_offered_is_possible() -> None:
    with pytest.raises(SimulationError) as refusal:
        grid(feder(), SCENARIO, 1, Axes((20,), dropouts=(9.5,)))
    offered = float(refusal.value.problems[0].mend.rsplit(" ", 1)[1])
    assert grid(feder(), SCENARIO, 1, Axes((20,), dropouts=(offered,)))


def test_designs_that_cannot_be_read_are_refused_together() -> None:
    with pytest.raises(SimulationError) as refusal:
        grid(feder(), SCENARIO, 1, Axes((20,), designs=("one", "two")))
    assert len(refusal.value.problems) == 2
    with pytest.raises(DesignError, match="EQ804"):
        grid(feder(), SCENARIO, 1, Axes((20,), designs=("pocock:0.5,0.9",)))


def test_looks_need_a_primary_endpoint_with_a_test() -> None:
    later = next(e for e in feder().endpoints if e.type == "time-to-event")
    others = tuple(
        e.model_copy(update={"level": "secondary"})
        for e in feder().endpoints
        if e.id != later.id
    )
    first = later.model_copy(update={"level": "primary"})
    protocol = feder().model_copy(update={"endpoints": (first, *others)})
    assert primary_of(protocol) == later.id
    with pytest.raises(SimulationError, match="EQ644 looks at relapse"):
        grid(protocol, SCENARIO, 1, Axes((20,), designs=("pocock:0.5,1",)))
