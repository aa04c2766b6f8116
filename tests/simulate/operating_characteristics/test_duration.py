"""How long recruitment takes, against the dates of simulated participants."""

from __future__ import annotations

import pandas as pd
import pytest

from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.duration import durations, time_of
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
