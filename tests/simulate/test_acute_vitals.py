"""Vital signs around infusions: levels, spread and correlations of the scenario."""

from functools import lru_cache
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant

from equipoise.simulate.acute import Occasion, vital_signs
from equipoise.simulate.context import Context
from equipoise.simulate.exposure import Exposure
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_measurements import (
    ConcentrationCourse,
    Correlation,
    Limits,
    Vital,
)
from equipoise.simulate.screening import screen
from tests.simulate.chance import FAR, correlation_error, mean_error
from tests.simulate.trials import feder, feder_scenario
from tests.simulate.variants import UP_AND_DOWN, with_vitals

N = 3000
WIDE = Limits(min=-1000, max=1000, assumed=True)
DIGITS = 3  # so fine that rounding adds nothing to a variance
PAIRS = list(combinations([vital.name for vital in feder_scenario().vitals], 2))


@lru_cache
def at_minutes() -> Scenario:
    """All signs up and down with the clock alike, without limits, finely recorded."""
    return with_vitals(
        feder_scenario(),
        course=UP_AND_DOWN,
        limits=WIDE,
        decimals=DIGITS,
        influences=(),
    )


@lru_cache
def with_influences() -> Scenario:
    return with_vitals(feder_scenario(), limits=WIDE, decimals=DIGITS)


@lru_cache
def by_concentration() -> Scenario:
    return with_vitals(feder_scenario(), limits=WIDE, decimals=DIGITS, influences=())


def measured(
    scenario: Scenario, n: int = N
) -> tuple[Context, NDArray[np.intp], Exposure, dict[str, NDArray[np.float64]]]:
    """Context, arms, concentrations, and values (people, occasions) of each sign."""
    context = Context.of(feder(), scenario)
    cohort = screen(context, (9,), n)
    exposed = Exposure.of(context, cohort)
    signs = vital_signs(context, cohort, exposed)
    return context, cohort.arms, exposed, {name: v for name, (_, v) in signs.items()}


fine = lru_cache(lambda: measured(at_minutes()))
VITALS = {vital.name: vital for vital in feder_scenario().vitals}


def occasions() -> tuple[Occasion, ...]:
    context = Context.of(feder(), at_minutes())
    cohort = screen(context, (9,), 1)
    (first, *others) = vital_signs(
        context, cohort, Exposure.of(context, cohort)
    ).values()
    assert all(other[0] == first[0] for other in others)
    return first[0]


PLANNED = occasions()
REST = [i for i, at in enumerate(PLANNED) if at.minute == -30]
PEAK = [i for i, at in enumerate(PLANNED) if at.minute == 40]


@pytest.mark.parametrize("name", VITALS)
def test_before_the_infusion_people_are_at_rest(name: str) -> None:
    """Mean of the scenario; the variance is that of people plus that of repetition."""
    _, _, _, values = fine()
    stated, before = VITALS[name], values[name][:, REST[0]]
    assert abs(mean_error(before, stated.rest.mean)) < FAR
    expected = stated.rest.sd**2 + stated.within.sd**2
    assert abs(mean_error((before - stated.rest.mean) ** 2, expected)) < FAR


@pytest.mark.parametrize("name", ["SYSBP", "DIABP"])
def test_pressure_at_rest_depends_on_sex_age_and_weight_as_stated(name: str) -> None:
    """Linear regression of the values of 3,000 participants before the first infusion."""
    context = Context.of(feder(), with_influences())
    cohort = screen(context, (9,), N)
    occasions, signs = vital_signs(context, cohort, Exposure.of(context, cohort))[name]
    assert occasions[REST[0]] == PLANNED[REST[0]]
    sex, values = cohort.values["sex"], cohort.values
    columns = [
        sex == "M",
        sex == "other",
        values["age"] - 38.9,
        values["weight_kg"] - 79,
    ]
    design = add_constant(np.column_stack([np.asarray(c, float) for c in columns]))
    fit = OLS(signs[:, REST[0]], design).fit()
    by = {influence.by: influence for influence in VITALS[name].influences}
    added = by["sex"].added
    stated = [VITALS[name].rest.mean, added["M"], added["other"]]
    stated += [by["age"].slope, by["weight_kg"].slope]
    assert np.all(np.abs((fit.params - stated) / fit.bse) < FAR)
    around = VITALS[name].rest.sd ** 2 + VITALS[name].within.sd ** 2
    assert abs(mean_error(fit.resid**2, around)) < FAR


@pytest.mark.parametrize("name", VITALS)
def test_repeated_values_differ_by_the_spread_within_people(name: str) -> None:
    _, _, _, values = fine()
    difference = values[name][:, REST[0]] - values[name][:, REST[3]]
    expected = 2 * VITALS[name].within.sd ** 2
    assert abs(mean_error(difference, 0)) < FAR
    assert abs(mean_error(difference**2, expected)) < FAR


def stated_correlation(one: str, other: str) -> float:
    between = feder_scenario().between_vitals
    return between.matrix()[between.names.index(one), between.names.index(other)]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_levels_of_people_correlate_as_stated(one: str, other: str) -> None:
    """Repetition is independent between signs, and takes its part of the correlation."""
    _, _, _, values = fine()

    def share(vital: Vital) -> float:
        return vital.rest.sd / np.hypot(vital.rest.sd, vital.within.sd)

    expected = stated_correlation(one, other)
    expected *= share(VITALS[one]) * share(VITALS[other])
    x, y = values[one][:, REST[0]], values[other][:, REST[0]]
    assert abs(correlation_error(x, y, expected)) < FAR


def rises(name: str, arm: str) -> NDArray[np.float64]:
    """(people,) from before the first infusion to its end."""
    context, arms, _, values = fine()
    own = values[name][arms == context.arm[arm]]
    return own[:, PEAK[0]] - own[:, REST[0]]


def rise_of(name: str, arm: str):
    return next(level for level in VITALS[name].rises if level.arm == arm)


@pytest.mark.parametrize("arm", ["ketamine", "midazolam"])
@pytest.mark.parametrize("name", VITALS)
def test_to_the_peak_they_rise_as_stated_in_the_arm(name: str, arm: str) -> None:
    level, rise = rise_of(name, arm), rises(name, arm)
    assert abs(mean_error(rise, level.mean)) < FAR
    expected = level.sd**2 + 2 * VITALS[name].within.sd ** 2
    assert abs(mean_error((rise - level.mean) ** 2, expected)) < FAR


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_rises_of_people_correlate_as_stated(one: str, other: str) -> None:
    expected = stated_correlation(one, other)
    for name in (one, other):
        sd, within = rise_of(name, "ketamine").sd, VITALS[name].within.sd
        expected *= sd / np.sqrt(sd**2 + 2 * within**2)
    x, y = rises(one, "ketamine"), rises(other, "ketamine")
    assert abs(correlation_error(x, y, expected)) < FAR


def test_the_order_in_which_correlations_are_stated_does_not_matter() -> None:
    between = at_minutes().between_vitals
    turned = between.matrix()[::-1, ::-1]
    other = Correlation(
        names=between.names[::-1],
        lower=tuple(tuple(row[: k + 1]) for k, row in enumerate(turned.tolist())),
        assumed=True,
    )
    assert other.names != between.names
    _, _, _, values = measured(at_minutes(), 40)
    _, _, _, same = measured(
        at_minutes().model_copy(update={"between_vitals": other}), 40
    )
    for name in VITALS:
        assert np.allclose(values[name], same[name])


def test_without_stated_correlations_signs_are_independent() -> None:
    alone = at_minutes().model_copy(update={"between_vitals": None})
    _, _, _, values = measured(alone, 1500)
    for one, other in PAIRS:
        x, y = values[one][:, REST[0]], values[other][:, REST[0]]
        assert abs(correlation_error(x, y, 0)) < FAR


@pytest.mark.parametrize("name", VITALS)
def test_they_follow_the_concentration_above_the_threshold(name: str) -> None:
    """At every minute: the mean rise times how far people are between the two."""
    context, arms, exposed, values = measured(by_concentration(), 1500)
    course = VITALS[name].course
    assert isinstance(course, ConcentrationCourse)
    minutes = np.array([float(at.minute or 0) for at in PLANNED[:8]])
    for drive in course.drives:
        drug, who, own = exposed.own[drive.arm]
        assert np.array_equal(who, arms == context.arm[drive.arm])
        blood = drug.concentration(own, minutes)
        along = np.maximum(blood - drive.threshold, 0) / (drug.peak - drive.threshold)
        level = rise_of(name, drive.arm)
        expected = VITALS[name].rest.mean + level.mean * along
        for i in range(len(minutes)):
            away = values[name][who, i] - expected[:, i]
            assert abs(mean_error(away, 0)) < FAR


def test_values_are_recorded_within_limits_and_with_their_digits() -> None:
    _, _, _, plain = measured(feder_scenario(), 1500)
    for name, values in plain.items():
        stated = VITALS[name]
        assert values.min() >= stated.limits.min
        assert values.max() <= stated.limits.max
        assert np.array_equal(values, np.round(values, stated.decimals))
    narrow = Limits(min=118, max=122, assumed=True)
    _, _, _, cut = measured(with_vitals(feder_scenario(), limits=narrow), 50)
    assert cut["SYSBP"].min() == 118
    assert cut["SYSBP"].max() == 122
