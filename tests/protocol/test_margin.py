"""On which side of no difference a margin is, and what it is called."""

import pytest

from equipoise.protocol.amend import content_hash
from equipoise.protocol.margin import (
    difference_at_margin,
    direction,
    margin_text,
    one_sided_error,
)
from tests.protocol.faults import read

MMRM, RISK = 'method = "mmrm"', 'method = "risk-difference"'


def test_a_margin_is_on_the_side_of_harm() -> None:
    trial = read((MMRM, f"{MMRM}\nmargin = 3"), (RISK, f"{RISK}\nmargin = 0.1"))[0]
    assert trial is not None
    score, response = trial.endpoint("caps5_change"), trial.endpoint("response")
    assert direction(trial, score) == "lower"
    assert difference_at_margin(trial, score) == 3
    assert margin_text(score) == "3 points"
    assert direction(trial, response) == "higher"
    assert difference_at_margin(trial, response) == -0.1
    assert margin_text(response) == "10 percentage points"
    assert one_sided_error(score) == pytest.approx(0.025)
    assert difference_at_margin(trial, trial.endpoint("madrs_change")) is None


def test_a_protocol_without_a_margin_has_the_hash_of_its_first_release() -> None:
    plain, margin = read()[0], read((MMRM, f"{MMRM}\nmargin = 3"))[0]
    assert plain is not None
    assert margin is not None
    assert content_hash(plain) != content_hash(margin)
