"""A whole trial on simulated participants."""

from __future__ import annotations

import numpy as np
import pandas as pd

from equipoise.dataset.origin import Origin
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.errors import Problem, SimulationError, refuse
from equipoise.errors.counted import counted
from equipoise.protocol.model import Protocol
from equipoise.simulate.adverse_events import adverse_events
from equipoise.simulate.calendar import appointments
from equipoise.simulate.check import check_scenario
from equipoise.simulate.clock import Clock
from equipoise.simulate.context import Context
from equipoise.simulate.dispositions import dispositions, participation_times
from equipoise.simulate.guesses import guesses
from equipoise.simulate.ratings import rating_tables, simulate_ratings
from equipoise.simulate.records import exposures, measurements, participants, visits
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.screening import screen
from equipoise.simulate.visit_by_visit import simulate_visits

LAST_DATE = np.datetime64("2262-01-01")  # tables hold nanoseconds since 1970


def simulate(
    protocol: Protocol, scenario: Scenario, *, seed: int, n: int | None = None
) -> UnblindedTrialData:
    """Simulated participants of a trial, down to every item that they answer.

    People are screened until ``n`` of them are randomized. Everything about a person
    comes from random streams of that person alone, so that a larger trial begins with
    the people of the smaller one.

    Args:
        protocol: checked.
        scenario: what the people are like; it must fit the protocol.
        seed: not negative; the same seed gives the same trial everywhere.
        n: number randomized, at least 1; by default the planned size.

    Returns:
        Data as of a real trial after unblinding; ``origin.virtual`` is True. What the
        scenario specifies and no participant had, such as adverse events, is confirmed as
        empty.

    Raises:
        SimulationError: EQ611 to EQ614 the scenario does not fit the protocol, EQ621
            impossible ``n`` or ``seed`` (all problems together); EQ622 almost no
            participant is eligible; EQ623 the trial would not end in time.
    """
    n = protocol.size.participants if n is None else n
    refuse(SimulationError, [*_possible(n, seed), *check_scenario(scenario, protocol)])
    tables = _tables(Context.of(protocol, scenario), seed, n)
    asked = {
        "events": bool(scenario.events or scenario.background_events),
        "guesses": bool(scenario.guesses),
        "exposures": any(visit.infusion for visit in protocol.schedule.visits),
    }
    empty = tuple(name for name, was in asked.items() if was and not len(tables[name]))
    data = TrialData.from_tables(
        protocol,
        {name: table for name, table in tables.items() if len(table)},
        origin=Origin(virtual=True, seed=seed, confirmed_empty=empty),
    )
    if not isinstance(data, UnblindedTrialData):
        raise TypeError("a simulated trial has arms")
    return data


def _tables(context: Context, seed: int, n: int) -> dict[str, pd.DataFrame]:
    """Every table of the trial, in the order in which one follows from the other."""
    schedule, conduct = context.protocol.schedule, context.scenario.conduct
    cohort = screen(context, (seed,), n)
    day0, days = appointments(schedule, conduct, cohort.people)
    dates = day0[:, None] + days.astype("timedelta64[D]")
    if dates.max() > LAST_DATE:
        raise SimulationError.single(
            "EQ623",
            f"the last visit would be in the year {dates.max().astype('M8[Y]')}",
            where=f"scenario {context.scenario.scenario.id}, conduct.recruitment",
            fix="let people come faster, or sites open earlier",
        )
    history = simulate_visits(context, cohort, days)
    attended, exposed = history.attended, history.exposed
    times = participation_times(context, cohort, day0, days, history.stop, attended)
    clock = Clock.of(context, cohort.people, dates)
    ratings = simulate_ratings(context, cohort, history.scores, exposed)
    return {
        "participants": participants(context, cohort, day0, clock, times),
        "visits": visits(context, cohort, days, attended),
        **rating_tables(context, cohort, ratings, attended, clock),
        "exposures": exposures(context, cohort, attended, clock),
        "measurements": measurements(context, cohort, attended, exposed),
        "events": adverse_events(context, cohort, days, attended, times),
        "dispositions": dispositions(context, cohort, days, history.stop, times),
        "guesses": guesses(context, cohort, attended, history.believes),
    }


def _possible(n: int, seed: int) -> list[Problem]:
    problems = []
    if n < 1:
        problems.append(
            Problem(
                code="EQ621",
                what=f"{counted(n, 'participant')} cannot be randomized",
                where="n",
                fix="ask for at least 1 participant",
            )
        )
    if seed < 0:
        problems.append(
            Problem(
                code="EQ621",
                what=f"the seed {seed} is negative",
                where="seed",
                fix="choose 0 or a positive whole number",
            )
        )
    return problems
