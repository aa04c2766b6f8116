"""The figures of predicted benefit hold the numbers and the band behind them."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from equipoise.learn.predicted_benefit import predicted_benefit
from equipoise.report.figures.predicted_benefit import BAND, predictions_figures
from tests.learn.test_predicted_benefit import crossed


def test_points_and_bands_are_those_of_the_analysis() -> None:
    found = predicted_benefit(crossed(60, 1.0), -1)
    toc, calibration = predictions_figures(found, "points", dummy=True)
    (line,), (thirds,) = toc.series, calibration.series
    assert_allclose(line.x, 100 * np.arange(1, 61) / 60)
    assert_allclose(line.y, found.toc.value)
    assert_allclose([line.lower, line.upper], [found.toc.lower, found.toc.upper])
    assert_allclose(thirds.x, found.predicted)
    assert_allclose(thirds.y, found.observed.value)
    for figure in (toc, calibration):
        assert BAND.encode() in figure.svg
        assert b"DUMMY ALLOCATION" in figure.svg
    assert "partly above the band" in toc.alt
