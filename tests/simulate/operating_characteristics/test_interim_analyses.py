"""SequentialDesign: the boundaries, who is seen at each, and where trials stop."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special, stats

from equipoise.design.sequential.boundaries import Rule
from equipoise.design.sequential.recursion import crossing
from equipoise.errors import DesignError, SimulationError
from equipoise.exchange.scenarios import load_scenario
from equipoise.numerics.rng import stream
from equipoise.simulate.operating_characteristics.chunk import Run, simulate_chunk
from equipoise.simulate.operating_characteristics.interim_analyses import (
    SequentialDesign,
    default_designs,
    final_estimates,
    format_number,
    protocol_design,
    read_design,
    stopping_analysis,
    stopping_summary,
)
from equipoise.simulate.operating_characteristics.trial_estimates import FIELDS
from tests.analyze.feder import feder
from tests.design.sequential.test_of_protocol import planned
from tests.shared_data import shared

P, ESTIMATE = FIELDS.index("p"), FIELDS.index("estimate")


def design(text: str) -> SequentialDesign:
    made = read_design(text)
    assert made is not None
    return made


def test_a_design_is_read_as_it_is_written() -> None:
    assert read_design("fixed") is None
    found = design("hwang-shih-decani=-4:0.5,0.75,1")
    rule = Rule(kind="hwang-shih-decani", parameter=-4.0)
    assert found == SequentialDesign(rule, (0.5, 0.75, 1.0))
    assert found.label == "hwang-shih-decani=-4:0.5,0.75,1"


@pytest.mark.property
@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=4, unique=True))
def test_a_label_holds_every_digit(timing: list[float]) -> None:
    """It says which run a folder holds."""
    made = SequentialDesign(
        Rule(kind="kim-demets", parameter=1 / 3), (*sorted(timing), 1.0)
    )
    assert read_design(made.label) == made


@pytest.mark.parametrize(
    "text", ["none", "lan-demets", "pocock:half,1", "pocock", "kim-demets=x:0.5,1"]
)
def test_what_is_no_design_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(SimulationError, match="EQ644") as refusal:
        read_design(text)
    assert "lan-demets-of:0.5,1" in refusal.value.problems[0].fix


@pytest.mark.parametrize("text", ["pocock:0.5,0.8", "pocock:0.5,0.5,1", "kim-demets:1"])
def test_looks_that_do_not_rise_to_1_are_refused(text: str) -> None:
    with pytest.raises(DesignError, match="EQ804"):
        read_design(text)


@pytest.mark.reference
def test_boundaries_are_those_of_rpact() -> None:
    """rpact 4: getDesignGroupSequential(kMax = 2, alpha = 0.025, typeOfDesign = "asOF")
    has the critical values 2.963 and 1.969; for "P" 2.178 twice."""
    found = design("lan-demets-of:0.5,1").boundaries(20)
    np.testing.assert_allclose(found, [2.963, 1.969], atol=5e-4)
    np.testing.assert_allclose(design("pocock:0.5,1").boundaries(20), 2.178, atol=5e-4)


def test_a_fraction_of_a_person_is_a_whole_one() -> None:
    assert design("pocock:0.55,1").sizes(20) == (11, 20)  # 0.55 * 20 > 11 in binary
    made = design("pocock:0.5,1")
    assert made.sizes(31) == (16, 31)
    own = design("pocock:0.516129032258064516,1").boundaries(31)
    np.testing.assert_allclose(made.boundaries(31), own)


def test_a_look_is_a_trial_of_those_who_were_randomized_first() -> None:
    """The digits are those of a whole trial of 15, and at last of one of 30."""
    run = Run(feder(), load_scenario("feder2021"), 30, 4, ("caps5_change",))
    found = simulate_chunk(replace(run, design=design("lan-demets-of:0.5,1")), 0, 6)
    assert found.shape == (6, 2, len(FIELDS))
    np.testing.assert_array_equal(
        found[:, 0], simulate_chunk(replace(run, n=15), 0, 6)[:, 0]
    )
    np.testing.assert_array_equal(found[:, 1], simulate_chunk(run, 0, 6)[:, 0])


def test_so_few_people_that_there_is_no_answer_stop_nothing() -> None:
    run = Run(feder(), load_scenario("feder2021"), 30, 4, ("caps5_change",))
    looks = design("pocock:0.1,1")
    found = simulate_chunk(replace(run, design=looks), 0, 4)
    assert np.isnan(found[:, 0, P]).any()
    at, _ = stopping_analysis(found, looks.boundaries(30))
    assert (at[np.isnan(found[:, 0, P])] == 1).all()


def by_hand() -> np.ndarray:
    """Five trials with two looks; the boundaries below are at p of 0.01 and 0.04."""
    found = np.full((5, 2, len(FIELDS)), np.nan)
    found[:, :, P] = [
        [0.005, 0.9],
        [0.02, 0.03],
        [0.02, 0.06],
        [np.nan, 0.03],
        [1, np.nan],
    ]
    found[:, :, ESTIMATE] = [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]]
    return found


BOUNDARIES = -special.ndtri(np.array([0.01, 0.04]) / 2)


def test_by_hand() -> None:
    at, crossed = stopping_analysis(by_hand(), BOUNDARIES)
    assert at.tolist() == [0, 1, 1, 1, 1]
    assert crossed.tolist() == [1, 1, 0, 1, 0]
    ends = final_estimates(by_hand(), BOUNDARIES)[:, 0]
    assert ends[:, ESTIMATE].tolist() == [1, 4, 6, 8, 10]
    assert ends[:, P].tolist() == [0, 0, 1, 0, 1]
    told = stopping_summary(by_hand(), BOUNDARIES, (10, 20))
    assert (told["stop_1"], told["stop_2"]) == (0.2, pytest.approx(0.4))
    assert told["expected_size"] == 18
    assert told["expected_size_error"] == pytest.approx(
        np.std([10, 20, 20, 20, 20], ddof=1) / 5**0.5
    )


def test_futility_by_hand_counts_in_the_direction_of_benefit() -> None:
    found = by_hand()
    found[2, 0, ESTIMATE] = -5  # z of 2.33 against benefit, no boundary is crossed
    futility = np.array([-0.5, -np.inf])
    at, crossed = stopping_analysis(found, BOUNDARIES, futility)
    assert at.tolist() == [0, 1, 0, 1, 1]
    assert crossed.tolist() == [1, 1, 0, 1, 0]
    told = stopping_summary(found, BOUNDARIES, (10, 20), futility)
    assert told["futility_1"] == 0.2
    assert "futility_2" not in told
    assert told["expected_size"] == 16
    # A negative difference is a benefit: all others go the wrong way.
    at, crossed = stopping_analysis(found, BOUNDARIES, futility, -1)
    assert at.tolist() == [0, 0, 1, 1, 1]
    assert crossed.tolist() == [1, 0, 0, 1, 0]
    assert final_estimates(found, BOUNDARIES, futility, -1)[1, 0, P] == 1


def test_the_design_of_a_protocol() -> None:
    protocol = planned(
        efficacy="kim-demets",
        parameter=3,
        futility="kim-demets",
        futility_parameter=2,
        binding=True,
        power=0.8,
        alpha=0.04,
    )
    made = protocol_design(protocol)
    assert made.label == "interim"
    assert made.timing == (0.5, 1.0)
    assert made.rule == Rule(kind="kim-demets", parameter=3)
    assert made.futility == Rule(kind="kim-demets", parameter=2)
    assert (made.binding, made.power, made.alpha) == (True, 0.8, 0.04)
    assert made.benefit == -1  # a lower CAPS-5 is better
    assert default_designs(protocol) == ("interim",)
    assert default_designs(feder()) == ("fixed",)
    with pytest.raises(DesignError, match="EQ835"):
        protocol_design(feder())


@pytest.mark.reference
def test_boundaries_of_a_protocol_are_those_of_rpact() -> None:
    row = json.loads(shared("reference/group_sequential.json").read_text())
    row = row["rpact"]["asOF_bsOF_k3"]
    rule = "lan-demets-of"
    protocol = planned(
        analyses=row["informationRates"], efficacy=rule, futility=rule, power=0.9
    )
    made = protocol_design(protocol)
    n = 300  # thirds of it are whole participants
    lower = made.futility_boundaries(n)
    assert lower is not None
    # rpact searches its futility boundaries to 1e-6.
    assert lower[:-1].tolist() == pytest.approx(row["futilityBounds"], rel=3e-6)
    assert lower[-1] == -np.inf
    assert made.boundaries(n).tolist() == pytest.approx(row["criticalValues"], rel=1e-6)
    trials = 100_000
    found = brownian(row["shift"] ** 0.5, made.timing, trials)
    told = stopping_summary(found, made.boundaries(n), made.sizes(n), lower)
    power = sum(told[f"stop_{k}"] for k in (1, 2, 3))
    assert power == pytest.approx(0.9, abs=4 * (0.9 * 0.1 / trials) ** 0.5)


def brownian(drift: float, timing: tuple[float, ...], trials: int) -> np.ndarray:
    """Answers of trials whose information is known: z of a Brownian motion."""
    steps = np.diff(timing, prepend=0.0)
    rng = stream(7, "looks", f"{drift}")
    score = np.cumsum(
        drift * steps + np.sqrt(steps) * rng.normal(size=(trials, len(steps))), axis=1
    )
    found = np.full((trials, len(timing), len(FIELDS)), np.nan)
    found[:, :, ESTIMATE] = score / np.array(timing)
    found[:, :, P] = 2 * stats.norm.sf(np.abs(score / np.sqrt(timing)))
    return found


@pytest.mark.calibration
@pytest.mark.parametrize("drift", [0.0, 2.8])
@pytest.mark.parametrize("text", ["lan-demets-of:0.3,0.7,1", "pocock:0.5,1"])
def test_stops_are_as_often_as_theory_says(text: str, drift: float) -> None:
    """200,000 trials against the recursion of Armitage, McPherson and Rowe."""
    looks, n = design(text), 100
    b, timing = looks.boundaries(n), looks.timing
    theory = crossing(b, -b, timing, drift)
    either = theory.upper + theory.lower
    told = stopping_summary(brownian(drift, timing, 200_000), b, looks.sizes(n))
    for k, wanted in enumerate(either, start=1):
        assert told[f"stop_{k}"] == pytest.approx(
            wanted, abs=4 * told[f"stop_{k}_error"]
        )
    stop = np.append(either[:-1], 1 - either[:-1].sum())
    wanted = float(stop @ np.array(looks.sizes(n)))
    error = told["expected_size_error"]
    assert told["expected_size"] == pytest.approx(wanted, abs=4 * error)
    if drift == 0:
        assert either.sum() == pytest.approx(0.05, abs=2e-4)


@pytest.mark.calibration
def test_the_naive_estimate_is_too_large_by_what_theory_says() -> None:
    """Two looks: the mean at the end by quadrature (Whitehead 1986, Biometrika 73:573)."""
    theta, t = 2.8, 0.5
    looks = design("pocock:0.5,1")
    b = looks.boundaries(100)
    score = stats.norm(theta * t, t**0.5)
    edge = b[0] * t**0.5
    inside = integrate.quad(
        lambda s: (s + theta * (1 - t)) * score.pdf(s), -edge, edge
    )[0]
    outside = sum(
        integrate.quad(lambda s: s / t * score.pdf(s), low, high)[0]
        for low, high in ((-12, -edge), (edge, 12))
    )
    ends = final_estimates(brownian(theta, looks.timing, 200_000), b)[:, 0, ESTIMATE]
    error = ends.std(ddof=1) / len(ends) ** 0.5
    assert inside + outside > theta + 0.2
    assert ends.mean() == pytest.approx(inside + outside, abs=4 * error)


def test_all_digits_of_a_number() -> None:
    assert [format_number(x) for x in (1.0, 0.5, 1 / 3, -4.0)] == [
        "1",
        "0.5",
        "0.3333333333333333",
        "-4",
    ]
