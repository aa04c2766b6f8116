"""A scenario with a course of benefit, made by hand: what a maintenance schedule needs."""

from types import SimpleNamespace
from typing import Any

from equipoise.exchange.scenarios import load_scenario


def scenario(**changes: Any) -> SimpleNamespace:
    """The library's scenario of the reference trial, with a response of round numbers."""
    known = load_scenario("feder2021")
    caps = known.courses[0]
    effect = SimpleNamespace(arm="ketamine", drug=-16.0, placebo=-6.4, expectancy=0.0)
    course = SimpleNamespace(
        instrument=caps.instrument,
        score=caps.score,
        baseline=caps.baseline,
        after=SimpleNamespace(sd=12.0),
        effects=(effect,),
    )
    response = SimpleNamespace(
        build_up=SimpleNamespace(share=0.4),
        half_life=SimpleNamespace(days=45.0),
        sensitivity=SimpleNamespace(log_sd=0.5),
        placebo=SimpleNamespace(days=5.0),
        belief=None,
    )
    stated = {
        "scenario": known.scenario,
        "courses": (course,),
        "response": response,
        "between_visits": known.between_visits,
        "acute": known.acute,
    }
    return SimpleNamespace(**(stated | changes))
