"""Sites that open later: times by arithmetic, intervals of R, laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.design.planning.resources import Resources
from equipoise.design.planning.sites import Site, interval, together
from equipoise.design.sequential.recruitment import Recruitment
from equipoise.errors import DesignError
from equipoise.numerics.rng import stream

RATES = st.floats(0.05, 20)
SITES = st.lists(st.tuples(RATES, st.floats(0, 60)), min_size=1, max_size=6).map(
    lambda pairs: [Site(f"site {k}", *pair) for k, pair in enumerate(pairs)]
)


def test_a_site_that_opens_later_recruits_from_then_on() -> None:
    """128 = 2.5 t + (t - 6), so t = 134 / 3.5."""
    made = Resources(sites=(Site("Boston", 2.5), Site("Zürich", 1, 6)), last_visit=3)
    numbers = made.numbers(128)
    assert numbers["recruitment"] == pytest.approx(134 / 3.5)
    assert numbers["time_to_last_visit"] == pytest.approx(134 / 3.5 + 3)
    assert made.by_site(128)["Zürich"] == pytest.approx(134 / 3.5 - 6)
    assert made.tables(128)[0].rows[1] == ("Zürich", "6", "1", "32.3")


@pytest.mark.parametrize(
    ("n", "rate", "low", "high"),
    [(140, 4, 30.2806746408, 40.0034724975), (30, 1, 21.5939792270, 39.5409722439)],
)
def test_the_interval_is_that_of_r(
    n: int, rate: float, low: float, high: float
) -> None:
    """R 4.2.2: qgamma(c(.05, .95), n, rate), printed with 12 digits."""
    assert interval(Recruitment((rate,)), n) == pytest.approx((low, high), rel=1e-10)


def test_the_interval_holds_the_arrivals_of_a_simulation() -> None:
    """By thinning: arrivals of each site apart. 3 Monte Carlo errors of 4,000 trials."""
    sites = [Site("A", 1.0), Site("B", 2.0, 5.0), Site("C", 0.5, 12.0)]
    rng = stream(7, "arrivals at sites")
    gaps = [rng.exponential(1 / s.rate, (4000, 60)).cumsum(1) + s.opens for s in sites]
    last = np.sort(np.concatenate(gaps, axis=1), axis=1)[:, 39]
    low, high = interval(together(sites), 40)
    error = 3 * np.sqrt(0.05 * 0.95 / 4000)
    assert np.mean(last < low) == pytest.approx(0.05, abs=error)
    assert np.mean(last > high) == pytest.approx(0.05, abs=error)


@given(SITES, st.integers(1, 2000))
def test_the_sites_sum_to_all_participants(sites: list[Site], n: int) -> None:
    made = Resources(sites=tuple(sites))
    assert sum(made.by_site(n).values()) == pytest.approx(n)
    numbers = made.numbers(n)
    assert (
        min(site.opens for site in sites)
        <= numbers["recruitment_lower"]
        <= numbers["recruitment_upper"]
    )


@given(RATES, st.integers(1, 500))
def test_sites_that_open_at_once_are_one_rate(rate: float, n: int) -> None:
    halves = Resources(sites=(Site("A", rate / 2), Site("B", rate / 2))).numbers(n)
    assert halves == pytest.approx(Resources(rate=rate).numbers(n))


@pytest.mark.parametrize(
    ("given", "named"),
    [(("A", 0.0), "rate of A is 0"), (("A", 1.0, -1.0), "opening of A is -1"),
     (("A", 1.0, float("nan")), "opening of A is nan")],
)  # fmt: skip
def test_an_impossible_site_is_rejected(given, named: str) -> None:
    with pytest.raises(DesignError, match=named):
        Site(*given)


def test_a_rate_beside_sites_is_rejected() -> None:
    with pytest.raises(DesignError, match="both --rate and --site"):
        Resources(rate=2, sites=(Site("A", 1),))
    with pytest.raises(DesignError, match="the same name"):
        Resources(sites=(Site("A", 1), Site("A", 2)))
