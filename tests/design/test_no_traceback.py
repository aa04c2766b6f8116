"""Any number in any argument gives a design or a refusal with a code, never a traceback."""

from collections.abc import Callable
from math import isfinite

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.design.adaptive.dose_selection import operating_characteristics
from equipoise.design.adaptive.doses import Doses
from equipoise.design.fixed.enrolment import Enrolment
from equipoise.design.fixed.event_assumptions import EventAssumptions
from equipoise.design.fixed.events import survival
from equipoise.design.fixed.exact_size import exact_power
from equipoise.design.fixed.inflation import design_effect, factorial, multisite
from equipoise.design.fixed.margin_proportions import MarginProportions
from equipoise.design.fixed.mean_comparison import MeanComparison
from equipoise.design.fixed.means import ancova, means
from equipoise.design.fixed.one_proportion import binomial_size
from equipoise.design.fixed.proportions import noninferior_proportions, proportions
from equipoise.design.fixed.trend import exact_trend_power, trend_total
from equipoise.design.requirements import Size, Target
from equipoise.design.sequential.boundaries import Rule, efficacy
from equipoise.design.sequential.conditional_power import (
    conditional_power,
    predictive_power,
)
from equipoise.design.sequential.event_trial import event_trial, event_trial_with
from equipoise.design.sequential.inference import stopped
from equipoise.design.sequential.plan import sequential
from equipoise.design.sequential.sample_size_reestimation import promising_zone
from equipoise.errors import EquipoiseError

SPECIAL = [0.0, -1.0, 1.0, 0.5, 0.025, 1e-300, 1e300, float("inf"), float("nan"), 1e-9]
number = st.one_of(
    st.sampled_from(SPECIAL),
    st.floats(),
    st.floats(1e-6, 1 - 1e-6),
    st.floats(0.01, 100),
)
share = st.one_of(number, st.floats(0.001, 0.999))
looks = st.one_of(
    st.lists(share, max_size=4),
    st.lists(st.floats(1e-12, 1), min_size=1, max_size=5, unique=True).map(
        lambda t: [*sorted(x for x in t if x < 1), 1.0]
    ),
)
kinds = st.sampled_from(
    [
        "obrien-fleming", "pocock", "wang-tsiatis", "haybittle-peto", "lan-demets-of",
        "lan-demets-pocock", "hwang-shih-decani", "kim-demets",
    ]
)  # fmt: skip
rules = st.builds(Rule, kind=kinds, parameter=st.one_of(st.none(), number))
targets = st.fixed_dictionaries(
    {"alpha": share, "power": share, "ratio": number, "sides": st.sampled_from([1, 2])}
)
LAX = settings(deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))


def attempt(make: Callable[[], object]) -> object:
    """The result, or None if it is refused; anything else fails the test."""
    try:
        return make()
    except EquipoiseError as refusal:
        problems = refusal.problems
    assert all(problem.code.startswith("EQ") and problem.fix for problem in problems)
    return None


def finite(size: object) -> None:
    if isinstance(size, Size):
        assert isfinite(size.first)
        assert isfinite(size.second)
        assert size.first >= 0


@LAX
@given(targets, number, number, number, st.one_of(st.none(), number))
def test_sizes_of_means(
    target: dict, difference: float, sd: float, other: float, margin: float | None
) -> None:  # type: ignore[type-arg]
    finite(attempt(lambda: means(difference, sd, Target(**target), margin=margin or 0)))
    finite(attempt(lambda: ancova(difference, sd, other, Target(**target))))
    attempt(lambda: factorial(difference, other, sd, sd, Target(**target)))
    for hypothesis in ("superiority", "noninferiority", "equivalence"):
        for layout in ("parallel", "paired", "crossover"):
            finite(
                attempt(
                    lambda h=hypothesis, y=layout: MeanComparison(
                        difference=difference, sd=sd, hypothesis=h, layout=y,
                        margin=margin, correlation=other, target=Target(**target),
                    ).size()
                )
            )  # fmt: skip


@LAX
@given(targets, share, share, share)
def test_sizes_of_proportions(
    target: dict, first: float, second: float, margin: float
) -> None:  # type: ignore[type-arg]
    finite(attempt(lambda: proportions(first, second, Target(**target))))
    finite(attempt(lambda: noninferior_proportions(first, second, margin)))
    attempt(lambda: exact_power(first, second, (9, 7), Target(**target)))
    attempt(lambda: binomial_size(first, second, Target(**target)))
    attempt(lambda: trend_total([first, second, margin], target=Target(**target)))
    attempt(lambda: exact_trend_power([3, 4, 5], [first, second, margin]))
    for hypothesis in ("noninferiority", "equivalence"):
        finite(
            attempt(
                lambda h=hypothesis: MarginProportions(
                    first=first, second=second, margin=margin, hypothesis=h,
                    target=Target(**target),
                ).size()
            )
        )  # fmt: skip


@LAX
@given(number, number, number)
def test_what_makes_a_trial_larger(a: float, b: float, c: float) -> None:
    attempt(lambda: design_effect(a, b, c))
    finite(attempt(lambda: multisite(Size(50, 50), 5, a)))
    finite(attempt(lambda: survival(a, b, c, 10.0)))


@LAX
@given(rules, looks, share)
def test_boundaries(rule: Rule, timing: list[float], alpha: float) -> None:
    found = attempt(lambda: efficacy(rule, timing, alpha))
    if found is not None:
        assert not np.isnan(np.asarray(found)).any()


@LAX
@given(rules, looks, share, share, st.one_of(st.none(), rules), st.booleans(), number)
def test_group_sequential_designs(
    rule: Rule,
    timing: list[float],
    alpha: float,
    power: float,
    futility: Rule | None,
    binding: bool,
    z: float,
) -> None:
    made = attempt(
        lambda: sequential(
            rule, timing, alpha, power, futility=futility, binding=binding
        )
    )
    if made is None:
        return
    assert made.crossing().upper.sum() == pytest.approx(power, abs=1e-6)
    attempt(lambda: stopped(made, 1, z, 1.0))
    attempt(lambda: stopped(made, len(timing), z, 2.0))
    attempt(lambda: conditional_power(made, 1, z))
    attempt(lambda: predictive_power(made, 1, z, (z, z)))


@LAX
@given(number, share, share, share, number)
def test_reestimation(
    z: float, timing: float, alpha: float, target: float, most: float
) -> None:
    attempt(lambda: promising_zone(z, timing, alpha=alpha, target=target, most=most))


@LAX
@given(
    st.tuples(number, number, number, number, number, number, number),
    looks,
    share,
    share,
)
def test_event_trials(
    numbers: tuple[float, ...], timing: list[float], alpha: float, power: float
) -> None:
    ratio, hazard, duration, ramp, follow_up, loss, allocation = numbers
    assumed = attempt(
        lambda: EventAssumptions(
            hazard_ratio=ratio, hazard=hazard, follow_up=follow_up, loss=loss,
            ratio=allocation, enrolment=Enrolment(duration=duration, ramp=ramp),
        )
    )  # fmt: skip
    if assumed is None:
        return
    rule = Rule(kind="lan-demets-of")
    for variance in ("schoenfeld", "freedman", "lachin-foulkes"):
        attempt(
            lambda v=variance: event_trial(
                assumed, rule, timing, alpha=alpha, power=power, variance=v
            )
        )
    attempt(
        lambda: event_trial_with(
            assumed, rule, [100 * t for t in timing], alpha=alpha,
            futility=Rule(kind="kim-demets", parameter=2),
        )
    )  # fmt: skip


@LAX
@given(
    st.tuples(number, number, number, share, number),
    st.booleans(),
    st.booleans(),
    number,
)
def test_dose_selection(
    numbers: tuple[float, ...], pooled: bool, binding: bool, effect: float
) -> None:
    first, second, ratio, alpha, futility = numbers
    attempt(
        lambda: operating_characteristics(
            Doses(
                doses=2, first=first, second=second, ratio=ratio, alpha=alpha,
                futility=futility, test="pooled" if pooled else "combination",
                binding=binding,
            ),
            [effect, 1.0],
        )
    )  # fmt: skip
