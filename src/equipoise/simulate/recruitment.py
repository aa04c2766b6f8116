"""When people present themselves, and at which site."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.random_draws import Floats, Roster, choices, uniforms
from equipoise.simulate.scenario_participants import DAYS_PER_MONTH, Recruitment

Dates = NDArray[np.datetime64]


def arrivals(recruitment: Recruitment, people: Roster) -> Dates:
    """Days on which people present themselves: a Poisson process from the study start.

    Args:
        recruitment: states the first day and the mean wait, or the rate of each site.
        people: all from the first participant on; each arrives after the one before.
    """
    start = np.datetime64(recruitment.study_start, "D")
    since = _since_start(recruitment, people)
    return np.asarray(start + np.floor(since).astype("timedelta64[D]"))


def sites_of(recruitment: Recruitment, people: Roster) -> NDArray[np.object_]:
    """The name of the site of each person.

    Sites with their own rates are drawn in proportion to the rates of those that are open
    when the person arrives.

    Args:
        recruitment: states the sites.
        people: all from the first participant on.
    """
    stated = recruitment.site_proportions
    names = np.array([*stated, list(stated)[-1]], dtype=object)
    if len(stated) == 1:
        return np.full(len(people), names[0], dtype=object)
    u = uniforms(people, "site")
    if not recruitment.by_site:
        return np.asarray(names[choices(u, list(stated.values()))])
    opens, rates = _openings(recruitment)
    since = _since_start(recruitment, people)
    screens = np.cumsum(np.where(opens <= since[:, None], rates, 0.0), axis=1)
    return np.asarray(names[(screens <= u[:, None] * screens[:, -1:]).sum(axis=1)])


def days_until(recruitment: Recruitment, screened: Floats) -> Floats:
    """Days from the study start to a number of screened people, on average.

    With one rate, ``screened`` waits of the mean length. With rates by site, the time at
    which the expected number Λ(t) = Σ rate · max(t − opening, 0) reaches it. Of unit
    exponential waits this gives the arrivals of the process (time change; Çinlar 1975,
    Introduction to Stochastic Processes, section 4.7).

    Args:
        recruitment: one rate, or the rate and the opening of each site.
        screened: numbers of people, at least 0, of any shape.
    """
    if recruitment.days_between is not None:
        return np.asarray(screened * recruitment.days_between, dtype=np.float64)
    opens, rates = _openings(recruitment)
    times = np.unique(opens)
    expected = (rates * np.maximum(times[:, None] - opens, 0.0)).sum(axis=1)
    beyond = np.maximum(screened - expected[-1], 0.0) / rates.sum()
    return np.asarray(np.interp(screened, expected, times) + beyond)


def _openings(recruitment: Recruitment) -> tuple[Floats, Floats]:
    """Day of opening, and people screened a day, of each site."""
    opens = np.array([one.opens for one in recruitment.by_site], dtype=np.float64)
    each_month = np.array([one.per_month for one in recruitment.by_site])
    return opens, each_month / DAYS_PER_MONTH


def _since_start(recruitment: Recruitment, people: Roster) -> Floats:
    """Days from the study start to the arrival, (people,)."""
    gaps = -np.log1p(-uniforms(people, "arrival"))
    if recruitment.days_between is not None:
        gaps = gaps * recruitment.days_between
    waits = np.zeros((len(people.seeds), int(people.place.max(initial=-1)) + 1))
    waits[people.trial, people.place] = gaps
    since = np.cumsum(waits, axis=1)[people.trial, people.place]
    return since if recruitment.days_between else days_until(recruitment, since)
