"""Counts of the complete trial, made by hand from what ``complete.py`` plants."""

from __future__ import annotations

import pytest

from tests.analyze import complete

# Number in each arm, Ketamine (11 participants) and Midazolam (7), as it was planted.
COUNTS = {
    "flow.allocated": (11, 7),
    "flow.received": (11, 7),
    "flow.not-received": (0, 0),
    "flow.discontinued": (1, 1),  # P06; P12
    "flow.lost": (1, 2),  # P06; P16 died, P17
    "flow.completed": (10, 5),
    "flow.rated": (9, 7),  # P05 and P06 have no rating at week 2
    "flow.analysed": (11, 7),
    "sets.itt": (11, 7),
    "sets.rated": (11, 7),
    "sets.safety": (11, 7),
    "exposure.infusions-0": (0, 0),
    "exposure.infusions-1": (0, 0),
    "exposure.infusions-2": (1, 2),  # P06; P12, P17
    "exposure.infusions-3": (10, 5),
    "infusions.given.1": (11, 7),
    "infusions.given.2": (11, 6),  # P17 has no record
    "infusions.given.3": (10, 6),  # P06 had left; P12 had stopped
    "infusions.not-given.2": (0, 1),
    "infusions.not-given.3": (0, 0),
    "infusions.interrupted.1": (1, 0),  # P02
    "infusions.interrupted.2": (0, 0),
    "infusions.changed.2": (0, 1),  # P13 received the dose of ketamine
    "infusions.changed.3": (0, 1),  # and then that of midazolam again
    "visits.due.week-1": (11, 7),
    "visits.due.week-2": (10, 7),
    "visits.due.week-6": (10, 6),
    "visits.held.week-2": (9, 7),
    "visits.held.week-4": (10, 6),
    "visits.missed.week-2": (1, 0),  # P05
    "visits.missed.week-4": (0, 1),  # P15
    "visits.unrecorded.week-4": (0, 0),
    "deviations.consent": (0, 0),
    "deviations.consent-visit": (1, 0),  # P04: consent on day -1, baseline on day -3
    "deviations.eligibility": (1, 0),  # P02 is 17
    "deviations.treatment": (0, 1),  # P13
    "deviations.duration": (1, 0),  # P02: 25 of 40 minutes
    "deviations.rule": (1, 1),  # P01, held by rule; P12, not paused; P02 was stopped
    "deviations.infusion": (1, 0),  # P02
    "deviations.infusion-missed": (0, 1),  # P17
    "deviations.visit-missed": (1, 1),
    "deviations.visit-unrecorded": (0, 0),
    "deviations.window": (1, 0),  # P04, week 4
    "not-due.infusion": (0, 1),  # P12; that of P06 came after leaving
    "not-due.infusions": (0, 1),
    "not-due.visit": (1, 1),
    "not-due.visits": (4, 1),  # P06: infusion 3, weeks 2, 4 and 6; P16: week 6
    "events.any": (6, 2),  # fall and one nausea are not treatment-emergent
    "events.any.events": (7, 2),
    "events.related": (4, 0),
    "events.related.events": (5, 0),
    "events.serious": (1, 1),
    "events.serious-related": (0, 0),
    "events.severity-mild": (1, 1),  # by the worst: P03; P12
    "events.severity-moderate": (2, 0),  # P01, P04
    "events.severity-severe": (3, 1),  # P02, P05, P06; P16
    "events.severity-unknown": (0, 0),
    "events.deaths": (0, 1),
    "events.discontinuation": (1, 0),  # P06
    "events.infusion-1": (2, 1),  # on the day or the day after: P01, P02; P12
    "events.infusion-2": (3, 0),  # P01, P04, P06
    "events.infusion-3": (1, 0),  # P03
    "response.missing": (2, 0),
    "relapse.missing": (2, 0),
    "relapse.reached.composite": (0, 1),  # the death of P16, who was in response
    "vital_signs.marked.hold-sysbp": (1, 0),
    "vital_signs.marked.stop-sysbp": (1, 0),
    "vital_signs.marked.watch-pulse": (1, 1),  # 48 and 131
    "vital_signs.marked.pause-oxysat": (0, 1),
    "vital_signs.marked.after-pulse": (0, 1),
    "vital_signs.marked-values.watch-pulse": (1, 1),
    "vital_signs.shift.SYSBP.within-limits.stop": (1, 0),
    "vital_signs.shift.SYSBP.hold.within-limits": (1, 0),
    "vital_signs.shift.PULSE.within-limits.watch": (1, 1),
    "vital_signs.shift.OXYSAT.no-rule.pause": (0, 1),
    "blind_participant.guess.active": (6, 2),  # every third participant is wrong
    "blind_participant.guess.control": (4, 5),
    "blind_rater.guess.active": (3, 1),
    "blind_rater.guess.control": (4, 4),
    "blind_rater.guess.unknown": (3, 2),
}


@pytest.mark.parametrize("name", COUNTS)
def test_a_count_is_the_one_that_was_planted(name: str) -> None:
    found = tuple(
        complete.results()[f"{name}.{arm}"].estimate for arm in ("active", "control")
    )
    assert found == COUNTS[name]


def test_assessed_excluded_and_randomized_are_those_planted() -> None:
    found = complete.results()
    names = ("assessed", "excluded", "randomized")
    assert [found[f"flow.{name}"].estimate for name in names] == [19, 1, 18]


# Treatment-emergent days, from day 0 to 14 days after the last dose: 29 in ten
# participants and 11 in P06, who left on day 10, are 43 weeks; 29 in six and 22 in P12
# are 28. Days of follow-up: 43 in ten and 11 are 63 weeks; 43 in six and 31 are 289 / 7.
# Limits: R 4, poisson.test(7, 43), poisson.test(2, 28), poisson.test(c(7, 2), c(43, 28)),
# and likewise for the follow-up.
RATES = {
    "rate.active": (700 / 43, 6.545030352372, 33.541105492331),
    "rate.control": (200 / 28, 0.865033137657, 25.802455956157),
    "rate-ratio": (7 / 43 / (2 / 28), 0.43393929874, 22.48486152317),
    "rate-follow-up.active": (700 / 63, 4.46724293892, 22.89313549477),
    "rate-follow-up.control": (2100 / 289, 1.49851379248, 21.23560951149),
    "rate-follow-up-ratio": (7 / 63 / (21 / 289), 0.349079103666, 9.163874049146),
}


@pytest.mark.reference
@pytest.mark.parametrize("name", RATES)
def test_a_rate_is_that_of_the_days_planted(name: str) -> None:
    found = complete.results()[f"events.{name}"]
    estimate, lower, upper = RATES[name]
    assert found.estimate == pytest.approx(estimate, rel=1e-12)
    # R prints 12 digits.
    assert (found.lower, found.upper) == pytest.approx((lower, upper), rel=1e-10)


def test_weeks_of_follow_up_are_those_planted() -> None:
    found = complete.results()
    assert found["follow-up.total.active"].estimate == pytest.approx(63)
    assert found["follow-up.total.control"].estimate == pytest.approx(289 / 7)
