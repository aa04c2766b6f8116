"""Many trials together: the digits of one at a time."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import equipoise as eq
from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream
from equipoise.stats.mmrm import mmrm, mmrm_batch, mmrm_design

TEXT = "y ~ base * visit + arm * visit + us(visit | id)"


def frame_of(n: int, visits: int) -> pd.DataFrame:
    draw = stream(4, "design", n)
    base = draw.normal(size=n)
    rows = [
        (f"{i:03d}", f"v{v}", "ab"[i % 2], base[i])
        for i in range(n)
        for v in range(visits)
    ]
    return pd.DataFrame(rows, columns=["id", "visit", "arm", "base"])


def outcomes(seed: int, R: int, n: int, visits: int, missing: float) -> np.ndarray:
    draw = stream(seed, "outcomes")
    y = draw.normal(size=(R, n, 1)) + draw.normal(size=(R, n, visits))
    gone = draw.random((R, n, visits)) < missing
    y[gone] = np.nan
    return y.reshape(R, -1)


@settings(max_examples=12, deadline=None)
@given(
    st.integers(0, 1000),
    st.integers(2, 5),
    st.sampled_from([0.0, 0.1, 0.25]),
    st.booleans(),
)
@pytest.mark.property
def test_each_trial_is_as_if_it_were_alone(
    seed: int, visits: int, missing: float, reml: bool
) -> None:
    frame = frame_of(24, visits)
    y = outcomes(seed, 6, 24, visits, missing)
    plan = mmrm_design(TEXT, frame).contrasts("arm", by="visit", reference="a")
    many = mmrm_batch(plan, y, reml=reml)
    for number, own in enumerate(y):
        fit = mmrm(TEXT, frame.assign(y=own), reml=reml)
        assert fit.converged == many.converged[number]
        if not fit.converged:
            assert np.isnan(many.estimate[number]).all()
            continue
        one = fit.contrasts("arm", by="visit", reference="a")
        error = one["std_error"].to_numpy()
        assert_allclose(many.estimate[number], one["estimate"], atol=1e-7 * error.max())
        for name in ("std_error", "df", "lower", "upper", "p"):
            found = getattr(many, name)[number]
            assert_allclose(found, one[name], rtol=2e-6, atol=1e-9)
        assert_allclose(many.deviance[number], fit.deviance, rtol=1e-10)


def test_rows_may_come_in_any_order() -> None:
    frame = frame_of(20, 3)
    y = outcomes(1, 4, 20, 3, 0.1)
    mixed = stream(1, "mix").permutation(len(frame))
    one = mmrm_batch(mmrm_design(TEXT, frame), y)
    other = mmrm_batch(mmrm_design(TEXT, frame.iloc[mixed]), y[:, mixed])
    assert_allclose(one.estimate, other.estimate, rtol=1e-8, atol=1e-9)


def test_more_patterns_than_participants() -> None:
    """Then each participant is a pattern of its own."""
    frame = frame_of(40, 7)
    y = outcomes(2, 12, 40, 7, 0.3)
    many = mmrm_batch(mmrm_design("y ~ arm + visit + us(visit | id)", frame), y)
    for number in (0, 7):
        fit = mmrm("y ~ arm + visit + us(visit | id)", frame.assign(y=y[number]))
        assert many.converged[number] == fit.converged
        if fit.converged:
            assert_allclose(many.estimate[number], fit.beta, rtol=1e-6, atol=1e-8)


def test_trials_that_cannot_be_fitted_do_not_disturb_the_others() -> None:
    frame = frame_of(24, 3)
    y = outcomes(5, 4, 24, 3, 0.1)
    y[1] = np.nan  # nobody was seen
    y[2, frame["visit"] == "v2"] = y[2, frame["visit"] == "v1"]  # one visit twice
    plan = mmrm_design(TEXT, frame).contrasts("arm", by="visit", reference="a")
    many = mmrm_batch(plan, y)
    assert list(many.converged) == [True, False, False, True]
    clean = mmrm_batch(plan, y[[0, 3]])
    assert_allclose(many.estimate[[0, 3]], clean.estimate, rtol=1e-9)
    assert np.isnan(many.p[[1, 2]]).all()


def test_a_trial_without_one_arm_at_a_visit_answers_the_other_visits() -> None:
    frame = frame_of(24, 3)
    y = outcomes(6, 3, 24, 3, 0.0)
    y[1, ((frame["visit"] == "v2") & (frame["arm"] == "b")).to_numpy()] = np.nan
    plan = mmrm_design(TEXT, frame).contrasts("arm", by="visit", reference="a")
    many = mmrm_batch(plan, y)
    assert many.converged.all()
    assert list(np.isnan(many.estimate[1])) == [False, False, True]


@settings(max_examples=20, deadline=None)
@given(
    st.integers(0, 10**6),
    st.sampled_from([0.0, 0.2, 0.5]),
    st.lists(st.sampled_from(["", "v0", "v1", "v2"]), min_size=4, max_size=4),
    st.booleans(),
)
@pytest.mark.property
def test_each_number_is_that_of_the_single_fit_or_nan(
    seed: int, missing: float, without: list[str], whole: bool
) -> None:
    """Law: over any missingness, also an arm or everybody without a rating at a visit."""
    frame = frame_of(24, 3)
    y = outcomes(seed, 4, 24, 3, missing)
    for trial, visit in enumerate(without):
        arm = True if whole else frame["arm"] == "b"
        y[trial, ((frame["visit"] == visit) & arm).to_numpy()] = np.nan
    plan = mmrm_design(TEXT, frame).contrasts("arm", by="visit", reference="a")
    table = mmrm_batch(plan, y).to_frame().set_index(["trial", "visit"])
    names = ["estimate", "std_error", "df", "t", "p", "lower", "upper"]
    for trial, own in enumerate(y):
        wanted = pd.DataFrame(np.nan, index=["v0", "v1", "v2"], columns=names)
        try:
            fit = mmrm(TEXT, frame.assign(y=own))
            alone = fit.contrasts("arm", by="visit", reference="a")
            wanted.update(alone.set_index("visit")[names])
            converged = True
        except AnalysisError:
            converged = False
        found = table.loc[trial]
        assert (found["converged"] == converged).all()
        missing_rows = found[names].isna()
        assert (missing_rows.all(axis=1) == missing_rows.any(axis=1)).all()
        if not converged:
            assert missing_rows.all(axis=None)
            continue
        # The joint search and the single one stop within 1e-7 of a standard error.
        assert_allclose(found[names], wanted, rtol=1e-5, atol=1e-6)


def test_the_table() -> None:
    frame = frame_of(24, 3)
    plan = mmrm_design(TEXT, frame).contrasts("arm", by="visit", reference="a")
    table = mmrm_batch(plan, outcomes(7, 5, 24, 3, 0.1)).to_frame()
    assert list(table.columns[:4]) == ["trial", "contrast", "visit", "estimate"]
    assert len(table) == 15
    assert list(table["trial"].unique()) == [0, 1, 2, 3, 4]


def test_what_does_not_fit_is_refused() -> None:
    frame = frame_of(24, 3)
    plan = mmrm_design(TEXT, frame)
    asks: list[tuple[str, Any]] = [
        ("EQ411", lambda: mmrm_batch(plan, np.zeros((2, 5)))),
        ("EQ411", lambda: mmrm_batch(plan, np.full((1, 72), np.inf))),
        ("EQ411", lambda: mmrm_design(TEXT, frame.assign(base=np.nan))),
        ("EQ407", lambda: mmrm_design(TEXT.replace("us(", "cs("), frame)),
        ("EQ407", lambda: plan.contrasts("arm", reference="z")),
    ]
    for code, ask in asks:
        with pytest.raises(AnalysisError) as refusal:
            ask()
        assert refusal.value.code in (code, "EQ404")


def test_they_are_public_names() -> None:
    assert eq.mmrm_batch is mmrm_batch
    assert eq.mmrm_design is mmrm_design


def test_a_design_and_its_fits_print_what_they_are() -> None:
    plan = mmrm_design(TEXT, frame_of(24, 3)).contrasts("arm", by="visit")
    assert str(plan).startswith("TrialDesign(y ~ ")
    assert str(plan).endswith("; 72 rows, 3 hypotheses)")
    text = str(mmrm_batch(plan, outcomes(7, 50, 24, 3, 0.1)))
    assert text.startswith("50 trials, 50 of them converged\n")
    assert len(text.split("\n")) < 20
