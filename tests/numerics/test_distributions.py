"""Against scipy.stats, and at infinity."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.numerics.distributions import f_upper, t_quantile, t_two_sided


@pytest.mark.parametrize("df", [0.7, 3.2, 28.0, 1e5])
def test_t(df: float) -> None:
    t = np.array([-60.0, -2.1, 0.0, 0.4, 9.0])
    assert_allclose(t_two_sided(t, df), 2 * stats.t.sf(np.abs(t), df), rtol=1e-12)
    assert_allclose(t_quantile(0.975, df), stats.t.ppf(0.975, df), rtol=1e-12)


def test_infinite_degrees_of_freedom_are_the_normal_distribution() -> None:
    assert_allclose(t_two_sided(2.0, np.inf), 2 * stats.norm.sf(2.0), rtol=1e-14)
    assert_allclose(
        t_quantile(0.975, [np.inf, 5.0]), [1.959963984540054, stats.t.ppf(0.975, 5)]
    )
    assert_allclose(f_upper(2.5, 3, np.inf), stats.chi2.sf(7.5, 3), rtol=1e-14)


def test_what_is_unknown_stays_unknown() -> None:
    assert np.isnan(t_two_sided(np.nan, 3.0))
    assert np.isnan(t_two_sided(2.0, np.nan))
    assert np.isnan(f_upper(2.0, 3, 0.0))


def test_f() -> None:
    assert_allclose(f_upper(142.1, 3, 150.2), stats.f.sf(142.1, 3, 150.2), rtol=1e-12)
