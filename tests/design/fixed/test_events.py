"""Sizes for a time to event, against rpact and gsDesign."""

import json
from math import exp, log

import pytest

from equipoise.design.fixed.events import events, observed, survival
from equipoise.design.requirements import Target
from equipoise.errors import DesignError
from equipoise.numerics.rng import stream
from tests.shared_data import shared


@pytest.mark.reference
def test_rpact_and_gsdesign() -> None:
    wanted = json.loads(shared("reference/sample_size.json").read_text())
    one = wanted["rpact"][
        "survival_HR0.7_median12_accr12_fu12_Schoenfeld_power0.8_sided2"
    ]
    found = survival(0.7, 12, 12, 12)
    assert found.events == pytest.approx(one["eventsFixed"], rel=1e-9)
    assert found.total == pytest.approx(one["nFixed"], rel=1e-9)
    other = wanted["rpact"]["survival_HR0.7_Freedman_power0.8_sided2"]
    again = survival(0.7, 12, 12, 12, method="freedman")
    assert again.events == pytest.approx(other["eventsFixed"], rel=1e-9)
    assert again.total == pytest.approx(other["nFixed"], rel=1e-9)


def test_the_chance_of_seeing_an_event_is_that_of_simulated_participants() -> None:
    """100,000 of them: a share is known to 0.0016."""
    rng = stream(1, "events")
    n, hazard, loss = 100_000, 0.05, 0.02
    watched = 12 + rng.uniform(0, 12, n)
    event, gone = rng.exponential(1 / hazard, n), rng.exponential(1 / loss, n)
    seen = ((event < gone) & (event < watched)).mean()
    assert observed(hazard, loss, 12, 12) == pytest.approx(seen, abs=0.006)


def test_dropout_and_unequal_arms_cost_participants() -> None:
    plain = survival(0.5, 28, 100, 90)
    assert survival(0.5, 28, 100, 90, dropout=0.01).total > plain.total
    assert events(0.5, Target(ratio=2)) > events(0.5)
    assert events(2.0) == pytest.approx(events(0.5))
    assert exp(-log(2)) == 0.5


def test_no_effect_and_no_time_are_refused() -> None:
    with pytest.raises(DesignError, match="EQ801"):
        events(1.0)
    with pytest.raises(DesignError, match="EQ801"):
        survival(0.7, 12, 0, 12)
    with pytest.raises(DesignError, match="EQ801"):
        survival(0.7, 12, 12, 12, dropout=1.5)


def test_an_unknown_method_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'freedmann'"):
        events(0.5, method="freedmann")  # type: ignore[arg-type]
