"""Type II and III hypotheses: what they are zero for, and cases known exactly."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.terms import type_three, type_two
from tests.stats.mmrm.fev import small

TEXT = "y ~ x * visit + sex * arm + arm * visit + us(visit | id)"


def fitted():  # type: ignore[no-untyped-def]
    frame = small(2, n=60).assign(sex=lambda f: np.where(f["id"] < "23", "F", "M"))
    return mmrm(TEXT, frame)


def test_type_three_is_about_marginal_means() -> None:
    """Main effects of factors without covariates: differences of emmeans."""
    fit = fitted()
    L = type_three(fit.source.encoding, fit.basis, ("sex",))
    means = fit.emmeans("sex")["estimate"].to_numpy()
    assert_allclose(float((L @ fit.beta)[0]), means[0] - means.mean(), rtol=1e-9)
    table = fit.test_terms().set_index("term")
    one = fit.contrasts("sex").iloc[0]
    assert_allclose(table.loc["sex", "F"], one["t"] ** 2, rtol=1e-9)
    assert_allclose(table.loc["sex", "den_df"], one["df"], rtol=1e-9)
    assert table.loc["arm:visit", "num_df"] == 2


def test_a_margin_that_is_absent_stays_in_the_term() -> None:
    fit = mmrm("y ~ visit + visit:arm + us(visit | id)", small(2, n=60))
    table = fit.test_terms().set_index("term")
    assert table.loc["visit:arm", "num_df"] == 3  # the arms at each visit


def test_aliased_columns_take_degrees_of_freedom() -> None:
    frame = small()
    fit = mmrm(
        "y ~ x + arm * visit + us(visit | id)",
        frame[(frame["arm"] == "a") | (frame["visit"] != "v2")],
    )
    table = fit.test_terms().set_index("term")
    assert table.loc["arm:visit", "num_df"] == 1


def test_type_two_adjusts_for_what_does_not_contain_the_term() -> None:
    """By projection of rows: the OLS fits with and without the term agree."""
    fit = fitted()
    whole = fit.source.whole
    encoding, X = whole.encoding, whole.X
    for term, above in ((("arm",), ("sex:arm", "arm:visit")), (("sex",), ("sex:arm",))):
        own = encoding.columns[":".join(term)]
        containing = [j for name in above for j in encoding.columns[name]]
        rest = [j for j in range(X.shape[1]) if j not in own and j not in containing]
        M = np.eye(len(X)) - X[:, rest] @ np.linalg.pinv(X[:, rest])
        L = type_two(encoding, fit.basis, term)
        Mx = M @ X[:, own]
        assert_allclose(L, np.linalg.solve(Mx.T @ Mx, Mx.T @ M @ X), atol=1e-8)


def test_the_highest_terms_have_one_type() -> None:
    fit = fitted()
    two, three = (fit.test_terms(type=kind).set_index("term") for kind in ("II", "III"))
    for name in ("x:visit", "sex:arm", "arm:visit"):
        assert_allclose(two.loc[name, "F"], three.loc[name, "F"], rtol=1e-9)


@pytest.mark.parametrize("term", ["x", "arm"])
def test_without_interactions_the_types_are_one(term: str) -> None:
    fit = mmrm("y ~ x + arm + visit + us(visit | id)", small(2, n=60))
    two, three = (fit.test_terms(type=kind).set_index("term") for kind in ("II", "III"))
    assert_allclose(two.loc[term, "F"], three.loc[term, "F"], rtol=1e-9)
