"""A grid: every combination once, with one seed, or every reason why not."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from equipoise.errors import DesignError, SimulationError
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.chunk import simulate_chunk
from equipoise.simulate.operating_characteristics.grid import (
    KEYS,
    GridOptions,
    grid_scenarios,
    primary_endpoint,
    summarize_grid,
)
from equipoise.simulate.operating_characteristics.scenario_variants import (
    with_effect,
    with_withdrawals,
)
from equipoise.simulate.operating_characteristics.summary import summarize
from equipoise.simulate.operating_characteristics.true_effects import TrueDifferences
from tests.analyze.feder import feder

SCENARIO = load_scenario("feder2021")
DESIGNS = ("fixed", "lan-demets-of:0.5,1", "kim-demets=3:0.5,1")


def test_every_combination_once_with_the_same_seed() -> None:
    options = GridOptions((20, 30, 20), (0.0, 1.0), (1.0, 2.0), DESIGNS)
    scenarios = grid_scenarios(feder(), SCENARIO, 7, options)
    keys = {(c.size, c.effect, c.dropout, c.design) for c in scenarios}
    assert len(keys) == len(scenarios) == 2 * 2 * 2 * 3
    assert {c.run.seed for c in scenarios} == {7}
    for item in scenarios:
        wanted = with_withdrawals(
            with_effect(SCENARIO, feder(), item.effect), item.dropout
        )
        assert item.run.scenario == wanted
        assert item.run.n == item.size
        design = item.run.design
        assert item.design == ("fixed" if design is None else design.label)
        primary = () if design is None else ("caps5_change",)
        assert item.run.endpoints == primary


def test_a_name_is_of_one_scenario_and_a_folder_on_any_system() -> None:
    options = GridOptions((20, 30), (0.0, 1 / 3, 0.3333), (1.0, 2.0), DESIGNS)
    names = [item.name for item in grid_scenarios(feder(), SCENARIO, 7, options)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9._-]+", name) for name in names)


def test_all_that_is_impossible_is_said_at_once() -> None:
    options = GridOptions(
        (2, 10), (-1.0, 11.0), (9.5, float("nan")), ("pocock:0.95,1",)
    )
    with pytest.raises(SimulationError) as refusal:
        grid_scenarios(feder(), SCENARIO, 1, options)
    said = str(refusal.value)
    for part in (
        "a trial of 2 participants is too small",
        "the analyses of a trial of 10 participants would include 10, 10",
        "-1 is not a possible factor",
        "11 is not a possible factor",
        "9.5 times the withdrawals",
        "nan is not a possible factor",
    ):
        assert part in said
    assert {p.code for p in refusal.value.problems} == {"EQ644"}


def test_the_factor_that_is_offered_is_possible() -> None:
    with pytest.raises(SimulationError) as refusal:
        grid_scenarios(feder(), SCENARIO, 1, GridOptions((20,), dropouts=(9.5,)))
    offered = float(refusal.value.problems[0].fix.rsplit(" ", 1)[1])
    assert grid_scenarios(feder(), SCENARIO, 1, GridOptions((20,), dropouts=(offered,)))


def test_designs_that_cannot_be_read_are_refused_together() -> None:
    with pytest.raises(SimulationError) as refusal:
        grid_scenarios(feder(), SCENARIO, 1, GridOptions((20,), designs=("one", "two")))
    assert len(refusal.value.problems) == 2
    with pytest.raises(DesignError, match="EQ804"):
        grid_scenarios(
            feder(), SCENARIO, 1, GridOptions((20,), designs=("pocock:0.5,0.9",))
        )


def test_interim_analyses_need_a_primary_endpoint_with_a_test() -> None:
    later = next(e for e in feder().endpoints if e.type == "time-to-event")
    others = tuple(
        e.model_copy(update={"level": "secondary"})
        for e in feder().endpoints
        if e.id != later.id
    )
    first = later.model_copy(update={"level": "primary"})
    protocol = feder().model_copy(update={"endpoints": (first, *others)})
    assert primary_endpoint(protocol) == later.id
    with pytest.raises(
        SimulationError, match="EQ644 the simulation calculates no P value for relapse"
    ):
        grid_scenarios(
            protocol, SCENARIO, 1, GridOptions((20,), designs=("pocock:0.5,1",))
        )


def test_each_row_of_the_table_is_the_summary_of_its_run() -> None:
    options = GridOptions((16, 20), (0.0, 1.0), designs=("fixed", "pocock:0.5,1"))
    scenarios = grid_scenarios(feder(), SCENARIO, 3, options)
    found = [simulate_chunk(item.run, 0, 4) for item in scenarios]
    true = {0.0: TrueDifferences({"caps5_change": 0.0})}
    true[1.0] = TrueDifferences({"caps5_change": -11.8}, {"caps5_change": -11.5})
    differences = {item.participants: true[item.effect] for item in scenarios}
    table = summarize_grid(scenarios, found, differences)
    assert tuple(table.columns[: len(KEYS)]) == KEYS
    assert not table.duplicated(list(KEYS)).any()
    assert len(table) == 4 * 3 + 4  # with interim analyses one endpoint
    for item, estimates in zip(scenarios, found, strict=True):
        rows = table[
            (table["size"] == item.size)
            & (table["effect"] == item.effect)
            & (table["design"] == item.design)
        ]
        wanted = summarize(item.run, estimates, true[item.effect])
        got = rows[wanted.columns].reset_index(drop=True)
        pd.testing.assert_frame_equal(got, wanted, check_dtype=False)
    fixed = table["design"] == "fixed"
    assert table.loc[fixed, "expected_size"].isna().all()
    assert table.loc[~fixed, "expected_size"].notna().all()
