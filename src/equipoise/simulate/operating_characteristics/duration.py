"""How long a trial takes: from the first screening to the last visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from equipoise.errors.counted import counted
from equipoise.protocol.model import Protocol
from equipoise.simulate.context import Context
from equipoise.simulate.recruitment import days_until
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_participants import Recruitment
from equipoise.simulate.screening import screen

DAYS_PER_YEAR = 365.25
MONTHS = 12
SCREENED_FOR = 2000  # randomized participants by which the proportion is estimated


@dataclass(frozen=True, slots=True)
class Duration:
    """Expected length of a trial in months.

    Attributes:
        recruitment: from the first screening to the last randomization.
        total: to the last visit of the last participant.
        screened: people screened for each participant who is randomized.
        pace: how fast people are screened, for the sentence.
    """

    recruitment: float
    total: float
    screened: float
    pace: str

    def sentence(self, n: int) -> str:
        """What the recruitment means for a trial of ``n`` participants."""
        return (
            f"Recruitment of {counted(n, 'participant')} takes {time_of(self.recruitment)} "
            f"if {self.pace} and 1 of "
            f"{self.screened:.1f} is randomized (scenario); the last visit is after "
            f"{time_of(self.total)}."
        )


def durations(
    protocol: Protocol, scenario: Scenario, sizes: Iterable[int], seed: int
) -> dict[int, Duration]:
    """Expected length of trials of several sizes.

    Args:
        protocol: specifies eligibility and the last visit.
        scenario: how often people are screened, and why they are excluded.
        sizes: participants randomized in each trial.
        seed: of the people by whom the proportion randomized is estimated.
    """
    cohort = screen(Context.of(protocol, scenario), (seed,), SCREENED_FOR)
    screened = len(cohort.people) / int(np.count_nonzero(cohort.randomized))
    planned = scenario.conduct.recruitment
    days = [visit.day for visit in protocol.schedule.visits]
    follow_up = max(days) - planned.randomization_day
    month = DAYS_PER_YEAR / MONTHS
    found = {}
    for n in dict.fromkeys(sizes):
        recruitment = float(days_until(planned, np.array(n * screened))) / month
        total = recruitment + follow_up / month
        found[n] = Duration(recruitment, total, screened, _pace(planned))
    return found


def _pace(recruitment: Recruitment) -> str:
    """How fast people are screened, as part of a sentence."""
    if recruitment.days_between is not None:
        return f"one person is screened every {recruitment.days_between:g} days"
    sites = recruitment.by_site
    rate = sum(one.per_month for one in sites)
    last = max(one.opens for one in sites) / (DAYS_PER_YEAR / MONTHS)
    if last == 0:
        return f"{rate:g} people are screened a month at {counted(len(sites), 'site')}"
    return (
        f"{rate:g} people are screened a month at {counted(len(sites), 'site')}, the last "
        f"of which opens after {time_of(last)},"
    )


def time_of(months: float) -> str:
    """A duration in months, or in years from two years on.

    Example:
        >>> time_of(7.24), time_of(266)
        ('7 months', '22.2 years')
    """
    if months < 2 * MONTHS:
        return f"{months:.0f} months" if round(months) != 1 else "1 month"
    return f"{months / MONTHS:.1f} years"
