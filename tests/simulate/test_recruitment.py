"""When people come and to which site: Poisson processes with openings."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from equipoise.simulate.random_draws import Roster, uniforms
from equipoise.simulate.recruitment import arrivals, days_until, sites_of
from equipoise.simulate.scenario_participants import Recruitment, SiteRecruitment
from equipoise.simulate.trial import simulate
from tests.simulate.chance import FAR, rate_error
from tests.simulate.trials import (
    crowd,
    feder_scenario,
    refused,
    small_protocol,
    small_scenario,
)

PEOPLE = crowd(400)
CONDUCT = feder_scenario().conduct
MONTH = 30.4375
RATES = {"North": (3.0, 0.0), "East": (2.0, 120.0), "West": (5.0, 300.0)}
BY_SITE = """by_site = [
  { site = "North", per_month = 3, opens = 0, assumed = true },
  { site = "East", per_month = 2, opens = 120, assumed = true },
]"""
ONE = 'days_between = 3\nsite = "Park"'


def at_sites(rates: dict[str, tuple[float, float]]) -> Recruitment:
    return Recruitment(
        study_start=date(2027, 1, 4),
        by_site=tuple(
            SiteRecruitment(site=name, per_month=rate, opens=opens, assumed=True)
            for name, (rate, opens) in rates.items()
        ),
        randomization_day=0,
        assumed=True,
    )


def test_people_come_one_after_the_other_from_the_study_start_on() -> None:
    came = arrivals(CONDUCT.recruitment, PEOPLE)
    assert came[0] >= np.datetime64("2015-05-18")
    assert np.all(np.diff(came) >= np.timedelta64(0, "D"))
    mean = (came[-1] - np.datetime64("2015-05-18")).astype(int) / len(came)
    assert np.isclose(mean, 36, rtol=4 / np.sqrt(len(came)))


def test_arrivals_of_a_trial_do_not_depend_on_the_trials_beside_it() -> None:
    sizes = [5, 9, 3]
    together = Roster.of((4, 7, 2), sizes)
    came = arrivals(CONDUCT.recruitment, together)
    for t, (seed, size) in enumerate(zip((4, 7, 2), sizes, strict=True)):
        alone = arrivals(CONDUCT.recruitment, crowd(size, seed))
        assert np.array_equal(came[together.trial == t], alone)


def test_each_site_recruits_from_its_opening_on_at_its_rate() -> None:
    """The arrivals at each site are a Poisson process of its own (thinning)."""
    recruitment, people = at_sites(RATES), crowd(3000)
    since = (arrivals(recruitment, people) - np.datetime64("2027-01-04")).astype(float)
    sites = sites_of(recruitment, people)
    for name, (rate, opens) in RATES.items():
        own = since[sites == name]
        assert own[0] >= np.floor(opens)
        # Days are whole: with a time within the day, waits are exponential again.
        hours = uniforms(crowd(len(own), seed=9), "time within the day")
        waits = np.diff(np.sort(own + hours), prepend=opens)
        assert kstest(waits, "expon", args=(0, MONTH / rate)).pvalue > 1e-4
        span = since[-1] - opens
        assert abs(len(own) - rate / MONTH * span) < FAR * np.sqrt(rate / MONTH * span)
    everywhere = since >= 300
    for name, (rate, _) in RATES.items():
        assert abs(rate_error(sites[everywhere] == name, rate / 10)) < FAR


def test_the_site_of_a_person_does_not_depend_on_how_many_come_later() -> None:
    recruitment = at_sites(RATES)
    some, many = crowd(30), crowd(200)
    assert np.array_equal(sites_of(recruitment, some), sites_of(recruitment, many)[:30])
    assert np.array_equal(arrivals(recruitment, some), arrivals(recruitment, many)[:30])


@pytest.mark.property
@given(
    rates=st.lists(
        st.tuples(st.floats(0.1, 50), st.floats(0, 2000)), min_size=1, max_size=6
    ),
    screened=st.floats(0.01, 5000),
)
def test_at_the_time_of_a_number_that_number_is_expected(
    rates: list[tuple[float, float]], screened: float
) -> None:
    recruitment = at_sites({f"site {i}": pair for i, pair in enumerate(rates)})
    day = days_until(recruitment, np.array(screened))
    expected = sum(rate / MONTH * max(day - opens, 0) for rate, opens in rates)
    # The time of a few people after 2,000 days keeps 12 digits of their number.
    assert expected == pytest.approx(screened, rel=1e-7, abs=1e-7)


def test_sites_with_openings_are_in_the_data() -> None:
    data = simulate(small_protocol(), small_scenario((ONE, BY_SITE)), seed=5, n=60)
    people = data.participants
    east = people[people["site"] == "East"]["consented_at"]
    assert 5 < len(east) < len(people) / 2
    assert east.min().date() >= date(2027, 5, 4)  # 120 days after 4 January


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BY_SITE.replace("3,", "0,"), "EQ602"),
        (BY_SITE.replace("120", "-1"), "EQ602"),
        (BY_SITE.replace("East", "North"), "EQ607"),
        (BY_SITE.replace(", assumed = true", "", 1), "EQ603"),
        (BY_SITE + "\ndays_between = 3", "EQ602"),
        (BY_SITE + '\nsite = "Park"', "EQ602"),
        ('site = "Park"', "EQ602"),
    ],
)
def test_impossible_sites_are_rejected(text: str, code: str) -> None:
    assert {problem.code for problem in refused((ONE, text))} == {code}
