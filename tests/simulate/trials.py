"""Trials of these tests: the reference trial, and a small one that is unlike it.

The small trial has no infusion, three instruments with three ways of scoring, arms of
2 : 1 in strata, visits on weekends, and a visit for some only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import Problem, SimulationError
from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.scenarios import load_scenario
from equipoise.instruments.model import Instrument
from equipoise.protocol.load import parse_protocol
from equipoise.protocol.model import Protocol
from equipoise.simulate.attendance import Attended, Discontinuations
from equipoise.simulate.calendar import Dates, Days, appointments
from equipoise.simulate.check import check_scenario
from equipoise.simulate.clock import Clock
from equipoise.simulate.context import Context
from equipoise.simulate.dispositions import Participation, participation_times
from equipoise.simulate.random_draws import Floats, Roster
from equipoise.simulate.read_scenario import parse_scenario
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.screening import Cohort, screen
from equipoise.simulate.trial import simulate
from equipoise.simulate.visit_by_visit import VisitHistory, simulate_visits
from tests.instruments.small import small

HERE = Path(__file__).parent
PROTOCOL = (HERE / "evenings_protocol.toml").read_text("utf-8")
SCENARIO = (HERE / "evenings_scenario.toml").read_text("utf-8")

SCALES = {
    "small": small(),
    "second": small(('id = "small"', 'id = "second"'), ('"lower"', '"higher"')),
    "third": small(('id = "small"', 'id = "third"'), ('"lower"', '"higher"')),
}


def crowd(n: int, seed: int = 1) -> Roster:
    """The first people of one trial."""
    return Roster.of((seed,), [n])


def scale(instrument: str) -> Instrument:
    """An instrument of the small trial."""
    return SCALES[instrument]


def changed(text: str, *replace: tuple[str, str]) -> str:
    """A text with pieces replaced; each piece must be there."""
    for old, new in replace:
        assert old in text, old
        text = text.replace(old, new)
    return text


def small_protocol(*replace: tuple[str, str]) -> Protocol:
    """The protocol of the small trial, with pieces of its text replaced."""
    text = changed(PROTOCOL, *replace)
    return parse_protocol(text, origin="evenings.toml", find_instrument=scale)


def small_scenario(*replace: tuple[str, str]) -> Scenario:
    """The scenario of the small trial, with pieces of its text replaced."""
    return parse_scenario(changed(SCENARIO, *replace), origin="scenario.toml")


def refused(*replace: tuple[str, str]) -> list[Problem]:
    """Every problem for which the changed scenario is refused by itself."""
    try:
        small_scenario(*replace)
    except SimulationError as error:
        return list(error.problems)
    return []


def misfits(
    *replace: tuple[str, str], protocol: Protocol | None = None
) -> list[Problem]:
    """Every problem for which the changed scenario does not fit the small trial."""
    return check_scenario(small_scenario(*replace), protocol or small_protocol())


@lru_cache
def feder() -> Protocol:
    """The protocol of the reference trial."""
    return load_protocol("feder2021")


@lru_cache
def feder_scenario() -> Scenario:
    """Its scenario."""
    return load_scenario("feder2021")


@lru_cache
def feder_trial(n: int = 60, seed: int = 3) -> UnblindedTrialData:
    """The reference trial on virtual participants."""
    return simulate(feder(), feder_scenario(), seed=seed, n=n)


@lru_cache
def small_trial(n: int = 240, seed: int = 3) -> UnblindedTrialData:
    """The small trial on virtual participants."""
    return simulate(small_protocol(), small_scenario(), seed=seed, n=n)


@dataclass(frozen=True)
class Staged:
    """What is worked out on the way to the tables of a trial.

    Attributes:
        day0: (people,) dates of day 0.
        days: (people, visits) days of the visits.
        scores: (people, visits, instruments) whole scores of the courses.
    """

    context: Context
    cohort: Cohort
    day0: Dates
    days: Days
    scores: Floats
    stop: Discontinuations
    attended: Attended
    times: Participation
    history: VisitHistory
    clock: Clock

    @property
    def inside(self) -> NDArray[np.bool_]:
        """(people,) whether each was randomized."""
        return self.cohort.randomized


def staged(protocol: Protocol, scenario: Scenario, n: int, seed: int = 3) -> Staged:
    """A trial, stage by stage."""
    context = Context.of(protocol, scenario)
    cohort = screen(context, (seed,), n)
    day0, days = appointments(protocol.schedule, scenario.conduct, cohort.people)
    history = simulate_visits(context, cohort, days)
    times = participation_times(
        context, cohort, day0, days, history.stop, history.attended
    )
    return Staged(
        context,
        cohort,
        day0,
        days,
        history.scores,
        history.stop,
        history.attended,
        times,
        history,
        Clock.of(context, cohort.people, dates_of(day0, days)),
    )


def dates_of(day0: Dates, days: Days) -> Dates:
    """Date of each visit."""
    return np.asarray(day0[:, None] + days.astype("timedelta64[D]"))


@lru_cache
def small_stages(n: int = 240) -> Staged:
    """The stages of the small trial."""
    return staged(small_protocol(), small_scenario(), n)


@lru_cache
def feder_stages(n: int = 60) -> Staged:
    """The stages of the reference trial."""
    return staged(feder(), feder_scenario(), n)
