"""Degrees of freedom by counting."""

import numpy as np
from numpy.testing import assert_allclose

from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.between_within import column_df, varying
from equipoise.stats.mmrm.design import design
from equipoise.stats.mmrm.formula import parse
from tests.stats.mmrm.fev import small

TEXT = "y ~ x + sex + arm * visit + us(visit | id)"


def test_columns_that_vary_within_participants() -> None:
    frame = small().assign(sex=lambda f: np.where(f["id"] < "12", "F", "M"))
    whole = design(parse(TEXT), frame)
    found = dict(zip(whole.encoding.names, varying([whole]), strict=True))
    assert found.pop("(Intercept)") is np.False_
    assert {name for name, varies in found.items() if not varies} == {
        "sex[T.M]",
        "arm[T.b]",
    }


def test_a_contrast_has_the_fewest_of_its_columns() -> None:
    """20 participants, 50 rows, 3 columns within, 2 between and the intercept."""
    varies = np.array([False, False, True, True, True, False])
    df = column_df(varies, 0, 50, 20)
    assert_allclose(df, [27, 17, 27, 27, 27, 17])
    frame = small().assign(sex=lambda f: np.where(f["id"] < "12", "F", "M"))
    fit = mmrm(TEXT, frame, df="between-within")
    within = fit.n_rows - fit.n_subjects - 5
    between = fit.n_subjects - 3
    rows = fit.coefficients.set_index("term")["df"]
    assert rows["sex[T.M]"] == rows["arm[T.b]"] == between
    assert rows["x"] == rows["visit[T.v1]"] == rows["(Intercept)"] == within
    last = fit.contrasts("arm", by="visit", reference="a").iloc[-1]
    assert last["df"] == min(within, between)
    assert fit.test_terms().set_index("term").loc["arm:visit", "den_df"] == within
