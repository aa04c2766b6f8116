"""People of a scenario that the protocol does not know."""

import pytest

from equipoise.simulate.scenario_participants import Exclusion
from tests.simulate.trials import misfits, small_protocol, small_scenario

MISFITS = {
    "characteristic missing": (
        'id = "sex"\ndistribution = "shares"\nshares = { F = 0.6, M = 0.4 }',
        'id = "height"\ndistribution = "shares"\nshares = { F = 0.6, M = 0.4 }',
        {("EQ612", "characteristics"), ("EQ611", "characteristics[2]")},
    ),
    "code": (
        "F = 0.6, M = 0.4",
        "F = 0.6, X = 0.4",
        {("EQ611", "characteristics[2].shares")},
    ),
    "category for a number": (
        'distribution = "bounded"\nmean = 60\nsd = 15\nmin = 18\nmax = 90',
        'distribution = "shares"\nshares = { F = 1 }',
        {("EQ613", "characteristics[1]")},
    ),
    "bounds": ("max = 90", "max = 95", {("EQ613", "characteristics[1]")}),
    "below nothing": (
        'distribution = "bounded"\nmean = 60\nsd = 15\nmin = 18\nmax = 90',
        'distribution = "lognormal"\nmedian = 60\nlog_sd = 0.2\nmin = 18\nmax = 90\n'
        'below = "height"',
        {("EQ613", "characteristics[1].below")},
    ),
    "below a category": (
        'distribution = "bounded"\nmean = 60\nsd = 15\nmin = 18\nmax = 90',
        'distribution = "lognormal"\nmedian = 60\nlog_sd = 0.2\nmin = 18\nmax = 90\n'
        'below = "sex"',
        {("EQ613", "characteristics[1].below")},
    ),
    "arm of a departure": (
        'arm = "walk"\nmilestone',
        'arm = "run"\nmilestone',
        {("EQ611", "conduct.departures[1].arm")},
    ),
    "arm of a new treatment": (
        'arm = "wait"\nreason = "bought a dog"',
        'arm = "run"\nreason = "bought a dog"',
        {("EQ611", "conduct.new_treatments[1].arm")},
    ),
    "arm of an event": (
        "probability = { walk = 0.5 }",
        "probability = { run = 0.5 }",
        {("EQ611", "events[1].probability")},
    ),
    "arm of a guess": (
        "shares = { walk = 0.6,",
        "shares = { run = 0.6,",
        {("EQ611", "guesses[1].shares")},
    ),
    "visit of a guess": (
        'visit = "month-1"\narm',
        'visit = "month-9"\narm',
        {("EQ611", "guesses[1].visit")},
    ),
    "criterion": (
        'criterion = "E1"',
        'criterion = "E9"',
        {("EQ611", "conduct.exclusions[1]")},
    ),
    "again without infusions": (
        'term = "blister"',
        'term = "blister"\nagain = 0.5',
        {("EQ613", "events[1].again")},
    ),
    "arm of a background event": (
        "[[guesses]]",
        """[[background_events]]
term = "cold"
per_year = { run = 1 }
severity = { mild = 1 }
serious = 0
related = 0
days = 5
outcome = "recovered"
assumed = true

[[guesses]]""",
        {("EQ611", "background_events[1].per_year")},
    ),
    "criterion and reason": (
        'criterion = "E1"',
        'criterion = "E1"\nreason = "rain"',
        {("EQ613", "conduct.exclusions[1]")},
    ),
}


@pytest.mark.parametrize("name", MISFITS)
def test_people_that_do_not_fit_are_told(name: str) -> None:
    old, new, expected = MISFITS[name]
    found = {(p.code, p.where.split(", ", 1)[1]) for p in misfits((old, new))}
    assert found == expected


def test_an_exclusion_without_any_reason_is_told() -> None:
    exclusions = small_scenario().conduct.exclusions
    assert exclusions[1] == Exclusion(probability=0.1, reason="no time", assumed=True)
    (problem,) = misfits(('reason = "no time"\n', ""))
    assert problem.code == "EQ613"


def test_a_dose_per_kg_needs_a_weight() -> None:
    dosed = small_protocol(
        (
            'kind = "psychotherapy"',
            'dose = { value = 1, unit = "mg/kg", assumed = true }',
        )
    )
    (problem,) = misfits(protocol=dosed)
    assert problem.code == "EQ612"
    assert "weight" in problem.what
