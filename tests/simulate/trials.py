"""Trials of these tests: the reference trial, and a small one that is unlike it.

The small trial has no infusion, three instruments with three ways of scoring, arms of
2 : 1 in strata, visits on weekends, and a visit for some only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import Problem, SimulationError
from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.truths import load_truth
from equipoise.instruments.model import Instrument
from equipoise.protocol.load import parse_protocol
from equipoise.protocol.model import Protocol
from equipoise.simulate.attendance import Attended, Stops, attend, stops
from equipoise.simulate.calendar import Dates, Days, actual_days, arrivals, first_days
from equipoise.simulate.check import check_truth
from equipoise.simulate.dispositions import Stay, stay
from equipoise.simulate.draws import Floats
from equipoise.simulate.read import parse_truth
from equipoise.simulate.screening import Cohort, screen
from equipoise.simulate.states import with_relapses
from equipoise.simulate.trial import simulate
from equipoise.simulate.truth import Truth
from equipoise.simulate.world import World
from tests.instruments.small import small

PROTOCOL = """
schema = 1

[trial]
id = "evenings"
label = "Evenings"
title = "A small trial of evening walks"
version = "1"
condition = "none"
design = "parallel"
reference = "made up"

[[arms]]
id = "walk"
label = "Walk"
role = "experimental"
ratio = 2
intervention = "walking"

[[arms]]
id = "wait"
label = "Wait"
role = "open"

[[interventions]]
id = "walking"
label = "Evening walks"
kind = "psychotherapy"
assumed = true

[[characteristics]]
id = "age"
label = "Age"
type = "number"
min = 18
max = 90

[[characteristics]]
id = "sex"
label = "Sex"
type = "category"
values = ["F", "M"]

[[eligibility]]
id = "I1"
kind = "inclusion"
text = "Total of at least 3 at entry"
require = { score = "small.total", visit = "entry", min = 3 }
assumed = true

[[eligibility]]
id = "E1"
kind = "exclusion"
text = "Cannot walk"
assumed = true

[[eligibility]]
id = "E2"
kind = "exclusion"
text = "Older than 80 years"
require = { characteristic = "age", min = 80.05 }
assumed = true

[randomization]
method = "permuted blocks"
block_sizes = [3]
strata = ["sex"]
assumed = true

[blinding]
assumed = true

[blinding.conceal]
rater = ["arm"]

[[instruments]]
id = "small"
by = "rater"
assumed = true

[[instruments]]
id = "second"
by = "participant"
assumed = true

[[instruments]]
id = "third"
by = "participant"
assumed = true

[schedule]
anchor = "start"
baseline = "start"
weekends = "allow"
assumed = true
procedures = [
  { id = "rating", assess = [{ instrument = "small" }, { instrument = "second" }, { instrument = "third" }] },
]
visits = [
  { id = "entry", label = "Entry", day = -7, window = [-1, 1], phase = "screening", assess = [{ instrument = "small" }], assumed = true },
  { id = "start", label = "Start", day = 0, procedures = ["rating"], assumed = true },
  { id = "month-1", label = "Month 1", day = 30, window = [-3, 3], procedures = ["rating"], assumed = true },
  { id = "month-2", label = "Month 2", day = 60, window = [-3, 3], phase = "follow-up", only_if = "better", procedures = ["rating"], assumed = true },
  { id = "month-3", label = "Month 3", day = 90, window = [-3, 3], phase = "follow-up", procedures = ["rating"], assumed = true },
]

[[definitions]]
id = "better"
label = "Better by two points"
kind = "response"
rule = "points-reduction"
score = "small.total"
threshold = 2
assumed = true

[[definitions]]
id = "loss"
label = "No longer better"
kind = "relapse"
rule = "loss-of"
of = "better"
at = "month-1"
assumed = true

[[analysis_sets]]
id = "all"
label = "All randomized"
assumed = true

[[endpoints]]
id = "better"
label = "Better at month 1"
level = "primary"
type = "binary"
assumed = true
variable = { definition = "better", at = "month-1" }
analysis = { method = "risk-difference" }

[endpoints.estimand]
treatment = { arm = "walk", versus = "wait" }
population = "all"
summary = "risk difference"

[size]
participants = 12
assumed = true
"""

TRUTH = """
schema = 1

[truth]
id = "evenings"
title = "Walkers"
protocol = "evenings"

[[characteristics]]
id = "age"
distribution = "bounded"
mean = 60
sd = 15
min = 18
max = 90
assumed = true

[[characteristics]]
id = "sex"
distribution = "shares"
shares = { F = 0.6, M = 0.4 }
source = "made up"

[conduct.recruitment]
study_start = 2027-01-04
days_between = 3
site = "Park"
randomization_day = 0
assumed = true

[conduct.attendance]
missed_visit = 0.1
missed_infusion = 0
on_planned_day = 0.5
reason = "rain"
assumed = true

[[conduct.exclusions]]
criterion = "E1"
probability = 0.1
assumed = true

[[conduct.exclusions]]
reason = "no time"
probability = 0.1
assumed = true

[[conduct.departures]]
arm = "walk"
milestone = "study-withdrawn"
reason = "tired"
probability = 0.2
days = [10, 80]
assumed = true

[[conduct.departures]]
arm = "wait"
milestone = "treatment-discontinued"
reason = "walked anyway"
probability = 0.1
days = [5, 25]
assumed = true

[[conduct.new_treatments]]
arm = "wait"
reason = "bought a dog"
probability = 0.3
days = [1, 60]
assumed = true

[between_visits]
retest = 0.8
stable = 0.5
days = 30
assumed = true

[between_instruments]
names = ["third", "second", "small"]
lower = [[1], [0.3, 1], [-0.4, -0.5, 1]]
assumed = true

[[courses]]
instrument = "small"
score = "total"
baseline = { mean = 6, sd = 1.5, assumed = true }
after = { sd = 2, assumed = true }
changes = [
  { arm = "walk", by_visit = { month-1 = -2, month-3 = -3 }, assumed = true },
  { arm = "wait", by_visit = { month-1 = -0.5 }, assumed = true },
]

[courses.items]
spread = 0.3
stable = 0.5
assumed = true
emphasis = [{ items = ["a"], factor = 1.5, assumed = true }]

[[courses]]
instrument = "second"
score = "highest"
baseline = { mean = 3, sd = 1.5, assumed = true }
after = { sd = 1.5, assumed = true }
items = { spread = 0.3, stable = 0.5, assumed = true }
changes = [
  { arm = "walk", by_visit = { month-1 = 1 }, assumed = true },
  { arm = "wait", by_visit = { month-1 = 0 }, assumed = true },
]

[[courses]]
instrument = "third"
score = "global"
baseline = { mean = 50, sd = 15, assumed = true }
after = { sd = 15, assumed = true }
items = { spread = 0, stable = 0, assumed = true }
changes = [
  { arm = "walk", by_visit = { month-1 = 10 }, assumed = true },
  { arm = "wait", by_visit = { month-1 = 0 }, assumed = true },
]

[[relapses]]
definition = "loss"
kept = { value = 0.5, assumed = true }
medians = [
  { arm = "walk", days = 40, assumed = true },
  { arm = "wait", days = 20, assumed = true },
]

[[events]]
term = "blister"
probability = { walk = 0.5 }
severity = { mild = 0.9, severe = 0.1 }
serious = 0.1
related = 0.5
days = 4
outcome = "recovered"
assumed = true

[[guesses]]
by = "rater"
visit = "month-1"
arm = "walk"
shares = { walk = 0.6, "don't know" = 0.4 }
assumed = true
"""

SCALES = {
    "small": small(),
    "second": small(('id = "small"', 'id = "second"'), ('"lower"', '"higher"')),
    "third": small(('id = "small"', 'id = "third"'), ('"lower"', '"higher"')),
}


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


def small_truth(*replace: tuple[str, str]) -> Truth:
    """The truth of the small trial, with pieces of its text replaced."""
    return parse_truth(changed(TRUTH, *replace), origin="truth.toml")


def refused(*replace: tuple[str, str]) -> list[Problem]:
    """Every problem for which the changed truth is refused by itself."""
    try:
        small_truth(*replace)
    except SimulationError as error:
        return list(error.problems)
    return []


def misfits(
    *replace: tuple[str, str], protocol: Protocol | None = None
) -> list[Problem]:
    """Every problem for which the changed truth does not fit the small trial."""
    return check_truth(small_truth(*replace), protocol or small_protocol())


@lru_cache
def feder() -> Protocol:
    """The protocol of the reference trial."""
    return load_protocol("feder2021")


@lru_cache
def feder_truth() -> Truth:
    """Its truth."""
    return load_truth("feder2021")


@lru_cache
def feder_trial(n: int = 60, seed: int = 3) -> UnblindedTrialData:
    """The reference trial on virtual participants."""
    return simulate(feder(), feder_truth(), seed=seed, n=n)


@lru_cache
def small_trial(n: int = 240, seed: int = 3) -> UnblindedTrialData:
    """The small trial on virtual participants."""
    return simulate(small_protocol(), small_truth(), seed=seed, n=n)


@dataclass(frozen=True)
class Staged:
    """What is worked out on the way to the tables of a trial.

    Attributes:
        day0: (people,) dates of day 0.
        days: (people, visits) days of the visits.
        scores: (people, visits, instruments) whole scores of the courses.
    """

    world: World
    cohort: Cohort
    day0: Dates
    days: Days
    scores: Floats
    stop: Stops
    attended: Attended
    times: Stay

    @property
    def inside(self) -> NDArray[np.bool_]:
        """(people,) whether each was randomized."""
        return self.cohort.randomized


def staged(protocol: Protocol, truth: Truth, n: int, seed: int = 3) -> Staged:
    """A trial, stage by stage."""
    world = World.of(protocol, truth, seed)
    cohort = screen(world, n)
    recruitment, attendance = truth.conduct.recruitment, truth.conduct.attendance
    day0 = first_days(protocol.schedule, arrivals(recruitment, seed, cohort.ids))
    days = actual_days(protocol.schedule, attendance, day0, seed, cohort.ids)
    latent = world.plan.latent(cohort.z, cohort.arms)
    latent = with_relapses(world, latent, days, cohort.arms, cohort.ids)
    scores = world.plan.scores(latent)
    stop = stops(world, cohort)
    attended = attend(world, cohort, scores, days, stop)
    times = stay(world, cohort, days, stop, attended)
    return Staged(world, cohort, day0, days, scores, stop, attended, times)


@lru_cache
def small_stages(n: int = 240) -> Staged:
    """The stages of the small trial."""
    return staged(small_protocol(), small_truth(), n)


@lru_cache
def feder_stages(n: int = 60) -> Staged:
    """The stages of the reference trial."""
    return staged(feder(), feder_truth(), n)
