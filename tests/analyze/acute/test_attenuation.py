"""The trend of the peak: a known slope is found, and what has none says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from equipoise.analyze.acute.attenuation import attenuation, slope
from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream
from tests.analyze.feder import feder


def peaks(slope: float, arm: str, n: int = 40, noise: float = 1.0) -> pd.DataFrame:
    rng = stream(3, "attenuation", arm)
    own = rng.normal(10, 2, n)
    return pd.DataFrame(
        [
            {
                "participant": f"{arm}{person}",
                "arm": arm,
                "infusion": k + 1,
                "peak": own[person] + slope * k + rng.normal(0, noise),
            }
            for person in range(n)
            for k in range(6)
        ]
    )


def test_a_straight_line_in_balanced_data_is_the_mean_of_the_own_slopes() -> None:
    """With compound symmetry and nobody missing the estimate is ordinary least squares."""
    endpoint = (
        feder()
        .endpoint("dissociation")
        .model_copy(
            update={
                "analysis": feder()
                .endpoint("dissociation")
                .analysis.model_copy(update={"covariance": "cs"})
            }
        )
    )
    table = peaks(-1.5, "ketamine")
    found = slope(endpoint, table)
    own = [
        np.polyfit(rows["infusion"], rows["peak"], 1)[0]
        for _, rows in table.groupby("participant")
    ]
    assert found.estimate == pytest.approx(np.mean(own), rel=1e-9)
    assert found.std_error == pytest.approx(np.std(own, ddof=1) / 40**0.5, rel=0.25)
    assert found.df == pytest.approx(40 * 6 - 40 - 1, rel=0.01)


def test_the_difference_is_that_of_two_arms() -> None:
    both = pd.concat([peaks(-1.5, "ketamine"), peaks(0.0, "midazolam", noise=0.2)])
    found = {e.id: e for e in attenuation(feder().endpoint("dissociation"), both)}
    one = found["dissociation.attenuation.ketamine"]
    other = found["dissociation.attenuation.midazolam"]
    between = found["dissociation.attenuation.difference"]
    assert between.estimate == pytest.approx(one.estimate - other.estimate)  # type: ignore[operator]
    assert between.std_error == pytest.approx(
        np.hypot(one.std_error or 0, other.std_error or 0)
    )
    assert one.upper is not None
    assert one.upper < 0


def test_a_flat_arm_has_no_trend_and_the_other_keeps_its_own() -> None:
    flat = peaks(0, "midazolam").assign(peak=0.0)
    both = pd.concat([peaks(-1.5, "ketamine"), flat])
    found = {e.id: e for e in attenuation(feder().endpoint("dissociation"), both)}
    assert found["dissociation.attenuation.ketamine"].estimate is not None
    assert "the same in all participants" in (
        found["dissociation.attenuation.midazolam"].note or ""
    )
    assert found["dissociation.attenuation.difference"].estimate is None


def test_one_infusion_has_no_trend() -> None:
    table = peaks(0, "ketamine")
    with pytest.raises(AnalysisError, match="fewer than two infusions"):
        slope(feder().endpoint("dissociation"), table[table["infusion"] == 1])
