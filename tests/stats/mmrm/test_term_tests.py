"""One line for a hypothesis, whatever type it is called."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.term_tests import type_two_rows
from equipoise.stats.mmrm.terms import type_two
from tests.stats.mmrm.fev import MODEL, antidepressant_data, reference, small

TEXT = "y ~ x * visit + sex * arm + arm * visit + us(visit | id)"


def fitted(df="satterthwaite", **changes):  # type: ignore[no-untyped-def]
    frame = small(2, n=60).assign(sex=lambda f: np.where(f["id"] < "23", "F", "M"))
    return mmrm(TEXT, frame.assign(**changes), df=df)


@pytest.mark.parametrize(
    "df", ["satterthwaite", "kenward-roger", "kenward-roger-linear", "between-within"]
)
def test_highest_terms_have_one_line_in_both_types(df: str) -> None:
    """SAS prints one line for them with HTYPE=2,3; F, df and p are identical."""
    fit = fitted(df)
    two, three = (fit.test_terms(type=kind).set_index("term") for kind in ("II", "III"))
    names = ["x:visit", "sex:arm", "arm:visit"]
    pd.testing.assert_frame_equal(two.loc[names], three.loc[names], rtol=1e-8)
    assert abs(two.loc["arm", "F"] - three.loc["arm", "F"]) > 1e-6  # another hypothesis


def test_type_three_of_r_is_both_types_of_the_highest_terms() -> None:
    """R mmrm 0.3.18, type III: the tolerances of the engine."""
    content = reference("mmrm_antidepressant_us_reml")
    wanted = content["fits"][0]
    fit = mmrm(content["formula"], antidepressant_data())
    table = fit.test_terms(type="II").set_index("term")
    theirs = wanted["f_tests"]["type3[THERAPY:VISIT]"]
    ours = table.loc["THERAPY:VISIT"]
    assert_allclose(ours["F"], theirs["f_stat"], rtol=1e-6)
    assert_allclose(ours["den_df"], theirs["denom_df"], rtol=1e-4)
    assert_allclose(ours["p"], theirs["p_val"], rtol=1e-5)


def test_the_hypothesis_of_type_two_is_unchanged() -> None:
    """The rows span the same space: F is that of the projection of rows."""
    fit = fitted()
    for term in fit.formula.terms:
        plain = type_two(fit.source.encoding, fit.basis, term)
        turned = type_two_rows(fit.source.encoding, fit.basis, term)
        assert np.linalg.matrix_rank(np.vstack([plain, turned])) == len(plain)
        one, other = (fit.test(L).iloc[0] for L in (plain, turned))
        assert_allclose(one["F"], other["F"], rtol=1e-8)


def test_aliased_columns_are_left_as_they_are() -> None:
    frame = small()
    fit = mmrm(MODEL, frame[(frame["arm"] == "a") | (frame["visit"] != "v2")])
    two, three = (fit.test_terms(type=kind).set_index("term") for kind in ("II", "III"))
    assert_allclose(two.loc["arm:visit", ["num_df", "F"]].astype(float),
                    three.loc["arm:visit", ["num_df", "F"]].astype(float))  # fmt: skip
