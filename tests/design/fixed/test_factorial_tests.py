"""Tests of a factorial trial: power of R, laws of several tests, simulated trials."""

from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.fixed.factorial_tests import EFFECTS, FactorialTests
from equipoise.design.requirements import Target
from equipoise.errors import DesignError
from tests.reference_results import reference

R = reference("design/factorial_power")
RTOL = R["rtol"]
TRIALS = 400_000  # of R's Holm
BOTH = ("first", "second")


def made_of(case: dict, primary=BOTH, **words) -> FactorialTests:  # type: ignore[no-untyped-def, type-arg]
    p, q = case["shares"]
    return FactorialTests(
        primary=primary, sd=case["sd"], second_ratio=q / (1 - q),
        target=Target(alpha=case["alpha"], ratio=p / (1 - p)), **words,
    )  # fmt: skip


def effects(case: dict) -> dict:  # type: ignore[type-arg]
    return dict(zip(EFFECTS, case["effects"], strict=True))


@pytest.mark.parametrize("case", R["cases"], ids=lambda c: f"n{c['n']}")
def test_the_power_of_r(case: dict) -> None:  # type: ignore[type-arg]
    values, n = effects(case), case["n"]
    alone = made_of(case, EFFECTS).powers(values, n)
    assert list(alone.values()) == pytest.approx(case["single"], rel=RTOL)
    made = made_of(case)
    assert made.joint_power(values, n, "all") == pytest.approx(case["all"], rel=RTOL)
    assert made.joint_power(values, n, "any") == pytest.approx(case["any"], rel=RTOL)
    made = made_of(case, multiplicity="bonferroni")
    found = made.powers(values, n)
    assert list(found.values()) == pytest.approx(case["bonferroni"][:2], rel=RTOL)
    either = made.joint_power(values, n, "any")
    assert either == pytest.approx(case["any_bonferroni"], rel=RTOL)


@pytest.mark.parametrize("case", R["cases"], ids=lambda c: f"n{c['n']}")
def test_holm_in_the_simulated_trials_of_r(case: dict) -> None:  # type: ignore[type-arg]
    """Within four Monte Carlo standard errors; there are 20 comparisons."""
    made = made_of(case, multiplicity="holm")
    values, n = effects(case), case["n"]
    found = [
        *made.powers(values, n).values(),
        made.joint_power(values, n, "all"),
        made.joint_power(values, n, "any"),
    ]
    for ours, theirs in zip(found, case["holm"], strict=True):
        error = sqrt(theirs * (1 - theirs) / TRIALS)
        assert ours == pytest.approx(theirs, abs=4 * error)


def test_an_interaction_needs_four_times_as_many() -> None:
    """Montgomery, Peters and Little 2003: four times the variance of a main effect."""
    made = FactorialTests(primary=("first",), sd=7.0)
    ratio = made.standard_error("interaction", 100) / made.standard_error("first", 100)
    assert ratio == pytest.approx(2.0, rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    first=st.floats(0.1, 1.2), second=st.floats(-1.2, -0.1), third=st.floats(0.2, 2),
    n=st.integers(8, 400), ratio=st.floats(0.3, 3), many=st.integers(2, 3),
    sides=st.sampled_from([1, 2]),
)  # fmt: skip
def test_the_laws_of_several_tests(first, second, third, n, ratio, many, sides) -> None:  # type: ignore[no-untyped-def]
    """All <= each <= any; Bonferroni <= Holm <= unadjusted; Holm's any is Bonferroni's."""
    values = {"first": first, "second": second, "interaction": third}
    words = {
        "primary": EFFECTS[:many], "sd": 1.0, "second_ratio": 1 / ratio,
        "target": Target(ratio=ratio, sides=sides, alpha=0.025 * sides),
    }  # fmt: skip
    found = {}
    for adjusted in ("bonferroni", "holm", "none"):
        made = FactorialTests(**words, multiplicity=adjusted)
        powers = made.powers(values, n)
        every = made.joint_power(values, n, "all")
        some = made.joint_power(values, n, "any")
        assert every <= min(powers.values()) + 1e-12
        assert max(powers.values()) <= some + 1e-12
        found[adjusted] = [*powers.values(), every]
        if adjusted == "bonferroni":
            least = some
        if adjusted == "holm":
            # the first step is Bonferroni's; a wrong direction lets the next step begin
            assert least - 1e-9 <= some <= least + made.target.one_sided
    order = zip(found["bonferroni"], found["holm"], found["none"], strict=True)
    for low, middle, high in order:
        assert low <= middle + 1e-9
        assert middle <= high + 1e-9


@given(n=st.integers(1, 5000), ratio=st.floats(0.01, 100), second=st.floats(0.01, 100))
def test_cells_sum_to_the_participants(n: int, ratio: float, second: float) -> None:
    made = FactorialTests(
        primary=("first",), sd=1.0, target=Target(ratio=ratio), second_ratio=second
    )
    cells = made.cells(n)
    assert sum(cells) == n
    for many, share in zip(cells, made.cell_shares, strict=True):
        assert abs(many - n * share) < 1
    assert n <= made.rounded(n) <= n + 4


def test_impossible_numbers_are_refused() -> None:
    with pytest.raises(DesignError, match="EQ801"):
        FactorialTests(primary=("first",), sd=0.0)
    with pytest.raises(DesignError, match="EQ801"):
        FactorialTests(primary=("first",), sd=1.0, second_ratio=0.0)
