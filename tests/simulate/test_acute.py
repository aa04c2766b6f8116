"""What an infusion does within hours: rest, peak, and the way between them."""

from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import gamma

from equipoise.simulate.acute import (
    Occasion,
    acute_scores,
    beliefs,
    effect_fraction,
    measuring_occasions,
    rating_occasions,
)
from equipoise.simulate.context import Context
from equipoise.simulate.exposure import Exposure
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_measurements import (
    ConcentrationCourse,
    Level,
    MinuteCourse,
)
from equipoise.simulate.screening import Cohort, screen
from tests.simulate.chance import (
    FAR,
    correlation_error,
    logistic_errors,
    mean_error,
    rate_error,
)
from tests.simulate.trials import feder, feder_scenario, small_protocol
from tests.simulate.variants import UP_AND_DOWN, acute, level, levels, with_acute

N = 3000
CADSS = rating_occasions(feder(), "cadss")
REST = [i for i, at in enumerate(CADSS) if at.minute == -30]
PEAK = [i for i, at in enumerate(CADSS) if at.minute == 40]


@lru_cache
def people(n: int = N) -> tuple[Context, Cohort, Exposure]:
    context = Context.of(feder(), feder_scenario())
    cohort = screen(context, (6,), n)
    return context, cohort, Exposure.of(context, cohort)


def in_arm(arm: str) -> NDArray[np.bool_]:
    context, cohort, _ = people()
    return cohort.arms == context.arm[arm]


def scores(scenario: Scenario, instrument: str = "cadss") -> NDArray[np.float64]:
    """(people, occasions) of the same people under another scenario."""
    _, cohort, exposed = people()
    planned = rating_occasions(feder(), instrument)
    context = Context.of(feder(), scenario)
    return acute_scores(context, acute(scenario, instrument), planned, cohort, exposed)


# --- when -------------------------------------------------------------------------------


def test_every_infusion_has_its_occasions() -> None:
    infusions = [v for v, visit in enumerate(feder().schedule.visits) if visit.infusion]
    expected = [
        Occasion(v, minute, number)
        for number, v in enumerate(infusions, start=1)
        for minute in (-30, 40, 120, 240)
    ]
    assert list(CADSS) == expected
    minutes = [at.minute for at in measuring_occasions(feder(), "PULSE")]
    assert minutes == [-30, 10, 20, 30, 40, 60, 120, 240] * 6
    assert measuring_occasions(feder(), "HEIGHT") == ()


def test_a_visit_as_a_whole_is_one_occasion_without_a_minute() -> None:
    assert rating_occasions(small_protocol(), "second") == tuple(
        Occasion(v, None, None) for v in (1, 2, 3, 4)
    )


def test_the_way_to_the_peak_is_linear_and_shrinks_by_infusion() -> None:
    _, _, exposed = people()
    at = [
        Occasion(2, minute, number)
        for number in (1, 2, 4)
        for minute in (-30, 0, 10, 40, 100, 120, 500)
    ]
    share = effect_fraction(UP_AND_DOWN, at, exposed, 0.8)
    assert share.shape == (1, 21)
    once = np.array([0, 0, 0.25, 1, 0.25, 0, 0])
    assert np.allclose(share[0], np.concatenate([once, 0.8 * once, 0.8**3 * once]))


def test_without_an_infusion_or_a_minute_people_are_at_rest() -> None:
    _, _, exposed = people()
    at = [Occasion(0, 40, None), Occasion(2, None, 1)]
    for course in (UP_AND_DOWN, acute(feder_scenario(), "cadss").course):
        assert not effect_fraction(course, at, exposed).any()


# --- how much ---------------------------------------------------------------------------


def distance(
    found: NDArray[np.float64], stated: Level, low: float, high: float
) -> float:
    """Kolmogorov's √n · D between whole scores and the stated gamma distribution."""
    points = np.arange(low, high)
    shape = ((stated.mean - low) / stated.sd) ** 2
    above = gamma(shape, scale=(stated.mean - low) / shape)
    expected = above.cdf(points + 0.5 - low)
    seen = np.searchsorted(np.sort(found), points, side="right") / len(found)
    return float(np.sqrt(len(found)) * np.abs(seen - expected).max())


BEYOND = 2.2  # Kolmogorov: of √n · D, by chance in one comparison of 8,000 at most


@pytest.mark.parametrize("instrument", ["cadss", "bprs_positive", "ymrs"])
def test_at_rest_scores_have_the_distribution_at_rest(instrument: str) -> None:
    stated = acute(feder_scenario(), instrument)
    low, high = feder().scales[instrument].scores["total"].range
    before = scores(feder_scenario(), instrument)[:, 0]
    for arm in ("ketamine", "midazolam"):
        assert distance(before[in_arm(arm)], stated.rest, low, high) < BEYOND


@pytest.mark.parametrize("arm", ["ketamine", "midazolam"])
@pytest.mark.parametrize("instrument", ["cadss", "bprs_positive", "ymrs"])
def test_at_the_peak_they_have_that_of_the_peak(instrument: str, arm: str) -> None:
    scenario = with_acute(feder_scenario(), instrument, course=UP_AND_DOWN)
    (stated,) = (p for p in acute(scenario, instrument).peaks if p.arm == arm)
    low, high = feder().scales[instrument].scores["total"].range
    peak = scores(scenario, instrument)[:, PEAK[0]]
    assert distance(peak[in_arm(arm)], stated, low, high) < BEYOND


def test_effects_shrink_from_infusion_to_infusion_by_the_stated_factor() -> None:
    """Means above rest 30, 30 a, 30 a², ...; a of the scenario."""
    scenario = with_acute(
        feder_scenario(),
        "cadss",
        course=UP_AND_DOWN,
        rest=level(20, 4),
        peaks=levels(ketamine=(50, 6), midazolam=(20, 4)),
    )
    factor = acute(scenario, "cadss").attenuation.value
    assert factor < 1
    found = scores(scenario)
    for number, i in enumerate(PEAK):
        expected = 20 + 30 * factor**number
        assert abs(mean_error(found[in_arm("ketamine"), i], expected)) < FAR
        assert abs(mean_error(found[in_arm("midazolam"), i], 20)) < FAR


def test_a_persons_scores_correlate_as_stated() -> None:
    scenario = with_acute(feder_scenario(), "cadss", rest=level(46, 7))
    stable = acute(scenario, "cadss").stable.value
    found = scores(scenario)
    expected = stable * 49 / (49 + 1 / 12)  # 1/12: what rounding adds to a variance
    for i, j in pairwise(REST):
        assert abs(correlation_error(found[:, i], found[:, j], expected)) < FAR


def test_scores_stay_in_the_range_of_the_instrument() -> None:
    peaks = levels(ketamine=(80, 40), midazolam=(0, 0))
    scenario = with_acute(feder_scenario(), "cadss", peaks=peaks, limits=None)
    found = scores(scenario)
    assert found.min() == 0
    assert found.max() == 92
    assert np.array_equal(found, np.rint(found))


# --- following the concentration --------------------------------------------------------


def concentration(arm: str) -> tuple[NDArray[np.float64], float, float]:
    """ng/mL of the people of an arm at the occasions, threshold, and typical peak."""
    _, _, exposed = people()
    drug, _, own = exposed.own[arm]
    course = acute(feder_scenario(), "cadss").course
    assert isinstance(course, ConcentrationCourse)
    threshold = next(d.threshold for d in course.drives if d.arm == arm)
    minutes = np.array([float(at.minute or 0) for at in CADSS])
    return drug.concentration(own, minutes), threshold, drug.peak


def all_alike(**more) -> Scenario:
    """Rest of 10 and peak of 60 in everybody: only concentrations differ."""
    peaks = levels(ketamine=(60, 0), midazolam=(60, 0))
    plain = with_acute(feder_scenario(), "cadss", limits=None)
    return with_acute(plain, "cadss", rest=level(10, 0), peaks=peaks, **more)


def test_scores_follow_the_concentration_above_the_threshold() -> None:
    one = acute(feder_scenario(), "cadss").attenuation.model_copy(update={"value": 1.0})
    found = scores(all_alike(attenuation=one))[in_arm("ketamine")]
    blood, threshold, peak = concentration("ketamine")
    below = blood <= threshold
    assert below[:, PEAK].mean() < 0.2 < below.mean()
    assert (found[below] == 10).all()
    # Linear: 50 points from the threshold to the typical peak; whole scores round it.
    expected = 10 + 50 * (blood - threshold) / (peak - threshold)
    reached = ~below & (expected < 92)
    assert np.abs(found - expected)[reached].max() <= 0.5
    assert (found[blood > 1.05 * peak] > 60).all()
    assert (blood > 1.05 * peak).any()


def test_who_is_in_an_arm_without_a_drive_stays_at_rest() -> None:
    found = scores(all_alike())
    assert (found[in_arm("midazolam")] == 10).all()
    _, cohort, _ = people()
    assert not cohort.randomized.all()
    assert (found[~cohort.randomized] == 10).all()


def test_in_the_reference_trial_the_higher_concentration_dissociates_more() -> None:
    """Partly: people differ in much else. Before the infusion it tells nothing."""
    found = scores(feder_scenario())[in_arm("ketamine")]
    blood, _, _ = concentration("ketamine")
    before, during = found[:, REST[0]], found[:, PEAK[0]]
    assert abs(correlation_error(blood[:, PEAK[0]], before, 0)) < FAR
    assert correlation_error(blood[:, PEAK[0]], during - before, 0) > FAR


# --- beliefs ----------------------------------------------------------------------------


def test_belief_follows_the_highest_score_of_the_first_infusion() -> None:
    """Intercept and slope of the scenario, by logistic regression on whole scores."""
    context, cohort, exposed = people()
    belief = feder_scenario().response.belief
    believes = beliefs(context, cohort, exposed)[cohort.randomized]
    first = [i for i, at in enumerate(CADSS) if at.infusion == 1]
    highest = scores(feder_scenario())[cohort.randomized][:, first].max(axis=1)
    stated = [np.log(belief.at_rest / (1 - belief.at_rest)), np.log(belief.odds)]
    assert np.abs(logistic_errors(believes, [highest], stated)).max() < FAR
    low = highest == 0
    assert abs(rate_error(believes[low], belief.at_rest)) < FAR


def test_a_late_height_counts_for_belief_as_an_early_one() -> None:
    """12 points at the last rating of the first infusion, 2 at its end."""
    _, cohort, exposed = people()
    late = MinuteCourse(minutes=(0, 240), share=(0, 1), assumed=True)
    peaks = levels(ketamine=(12, 0), midazolam=(0, 0))
    scenario = with_acute(
        feder_scenario(), "cadss", course=late, rest=level(0, 0), peaks=peaks
    )
    believes = beliefs(Context.of(feder(), scenario), cohort, exposed)
    belief = scenario.response.belief
    odds = belief.at_rest / (1 - belief.at_rest) * belief.odds**12
    assert abs(rate_error(believes[in_arm("ketamine")], odds / (1 + odds))) < FAR
    assert abs(rate_error(believes[in_arm("midazolam")], belief.at_rest)) < FAR


def test_belief_depends_on_nothing_else() -> None:
    """Given the score, neither arm nor anything later tells who believes."""
    context, cohort, exposed = people()
    inside = cohort.randomized
    believes = beliefs(context, cohort, exposed)[inside]
    belief = feder_scenario().response.belief
    found = scores(feder_scenario())[inside]
    highest = found[:, :4].max(axis=1)
    stated = [np.log(belief.at_rest / (1 - belief.at_rest)), np.log(belief.odds), 0, 0]
    columns = [highest, in_arm("ketamine")[inside], found[:, PEAK[1]]]
    assert np.abs(logistic_errors(believes, columns, stated)).max() < FAR


def test_who_gets_nothing_believes_nothing() -> None:
    context, cohort, exposed = people()
    assert not beliefs(context, cohort, exposed)[~cohort.randomized].any()
    silent = feder_scenario().response.model_copy(update={"belief": None})
    for response in (silent, None):
        scenario = feder_scenario().model_copy(update={"response": response})
        assert not beliefs(Context.of(feder(), scenario), cohort, exposed).any()


def test_no_score_is_beyond_what_occurs() -> None:
    """Clipped at the stated limits, and unchanged between them."""
    stated = feder_scenario()
    limits = acute(stated, "moaas").limits
    assert limits is not None
    assert limits.min == 3
    plain = with_acute(stated, "moaas", limits=None)
    free, limited = scores(plain, "moaas"), scores(stated, "moaas")
    assert free[in_arm("midazolam")].min() < 3
    assert np.array_equal(limited, np.clip(free, 3, 5))
