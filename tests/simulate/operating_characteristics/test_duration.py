"""How long recruitment takes, against the dates of simulated participants."""

from __future__ import annotations

import pandas as pd
import pytest

from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.duration import durations, time_of
from equipoise.simulate.scenario import Scenario, at_one_site
from equipoise.simulate.scenario_participants import SiteRecruitment
from equipoise.simulate.trial import simulate
from tests.analyze.feder import feder

SCENARIO = load_scenario("feder2021")


def test_it_is_that_of_the_dates_of_a_large_trial() -> None:
    n = 400
    found = durations(feder(), SCENARIO, [n], 1)[n]
    people = simulate(feder(), SCENARIO, seed=3, n=n).participants
    days = (people["randomized_at"].max() - pd.Timestamp("2015-05-18")).days
    # About 540 waits of mean 36 days, exponential: a coefficient of variation of 4.3%,
    # and as much again from how many of them are eligible.
    assert days / 30.4375 == pytest.approx(found.recruitment, rel=0.2)
    assert found.total > found.recruitment


def test_twice_the_participants_take_twice_as_long() -> None:
    found = durations(feder(), SCENARIO, [70, 140, 70], 1)
    assert list(found) == [70, 140]
    assert found[140].recruitment == pytest.approx(2 * found[70].recruitment)
    sentence = found[140].sentence(140)
    assert "Recruitment of 140 participants takes" in sentence
    assert "years if one person is screened every 36 days" in sentence


def test_months_and_years() -> None:
    texts = [time_of(months) for months in (0.4, 1, 7.24, 23.9, 266)]
    assert texts == ["0 months", "1 month", "7 months", "24 months", "22.2 years"]


def by_site(*sites: tuple[str, float, float]) -> Scenario:
    conduct = SCENARIO.conduct
    stated = {"site": None, "days_between": None}
    stated["by_site"] = tuple(
        SiteRecruitment(site=name, per_month=rate, opens=opens, assumed=True)
        for name, rate, opens in sites
    )
    place = conduct.recruitment.model_copy(update=stated)
    conduct = conduct.model_copy(update={"recruitment": place})
    return SCENARIO.model_copy(update={"conduct": conduct})


def test_a_late_site_shortens_recruitment_only_from_its_opening_on() -> None:
    """By hand: until 91.3125 days (3 months) 2 a month, then 2 + 4."""
    month = 30.4375
    alone = by_site(("North", 2, 0))
    late = by_site(("North", 2, 0), ("East", 4, 3 * month))
    (one,), (two,) = (durations(feder(), s, [60], 1).values() for s in (alone, late))
    screened = 60 * one.screened
    assert one.recruitment == pytest.approx(screened / 2)
    assert two.recruitment == pytest.approx(3 + (screened - 6) / 6)
    assert "2 people are screened a month at 1 site and 1 of" in one.sentence(60)
    assert (
        "6 people are screened a month at 2 sites, the last of which opens after 3 months"
        in two.sentence(60)
    )


def test_sites_at_one_place_keep_their_rate() -> None:
    together = at_one_site(by_site(("North", 2, 0), ("East", 4, 0)), "Here")
    assert together.conduct.recruitment.days_between == pytest.approx(30.4375 / 6)
    assert together.conduct.recruitment.site_proportions == {"Here": 1.0}
