"""Predicted benefit: whom it ranks first, and its calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report.blocks import Figure, Series
from equipoise.report.figures.style import (
    GREY,
    GRID,
    INK,
    arm_look,
    drawn,
    figure,
    legend,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from equipoise.learn.predicted_benefit import Compared, PredictedBenefit

BAND = "95% of allocations without heterogeneity"
NAME = "predicted-benefit"


def predictions_figures(
    found: PredictedBenefit, unit: str, *, dummy: bool
) -> tuple[Figure, Figure]:
    """The targeting operator characteristic, and the calibration for benefit.

    Args:
        found: by ``predicted_benefit``.
        unit: of the outcome.
        dummy: whether the arms are shuffled.
    """
    return _toc(found, unit, dummy=dummy), _calibration(found, unit, dummy=dummy)


def _toc(found: PredictedBenefit, unit: str, *, dummy: bool) -> Figure:
    drawing, axes = figure()
    across = tuple(100 * found.shares)
    _band(axes, across, found.toc)
    look = arm_look(0) | {"marker": ""}
    axes.plot(across, found.toc.value, label="This trial", linewidth=1.4, **look)
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.set_xlabel("Participants with the highest predicted benefit (%)")
    axes.set_ylabel(f"Benefit minus that of all ({unit})")
    legend(drawing, axes)
    title = "Benefit of participants with the highest predicted benefit"
    outside = (found.toc.value > found.toc.upper).mean() > 0
    alt = (
        "Curve of the targeting operator characteristic over the band without "
        f"heterogeneity; it is {'partly' if outside else 'nowhere'} above the band."
    )
    series = [_series("This trial", across, found.toc)]
    return drawn(drawing, f"{NAME}-toc", title, alt, series, dummy=dummy)


def _calibration(found: PredictedBenefit, unit: str, *, dummy: bool) -> Figure:
    drawing, axes = figure()
    order = found.predicted.argsort()
    across = tuple(found.predicted[order])
    low, high = (limit[order] for limit in (found.observed.lower, found.observed.upper))
    axes.vlines(across, low, high, color=GRID, linewidth=9, label=BAND)
    look = arm_look(0) | {"linestyle": ""}
    axes.plot(across, found.observed.value[order], label="Thirds", markersize=7, **look)
    ends = [min(across[0], low.min()), max(across[-1], high.max())]
    axes.plot(ends, ends, color=INK, linewidth=0.8, linestyle=":", label="Calibrated")
    aside = 0.25 * (across[-1] - across[0]) or 1.0
    axes.set_xlim(across[0] - aside, across[-1] + aside)
    axes.set_xlabel(f"Predicted benefit ({unit})")
    axes.set_ylabel(f"Observed benefit ({unit})")
    legend(drawing, axes)
    title = "Calibration for benefit, by third of predicted benefit"
    alt = (
        "Observed against predicted benefit in three groups, each over its range without "
        "heterogeneity, with the line of perfect calibration."
    )
    series = [_series("Thirds", across, found.observed)]
    return drawn(drawing, f"{NAME}-calibration", title, alt, series, dummy=dummy)


def _band(axes: Axes, across: tuple[float, ...], found: Compared) -> None:
    axes.fill_between(
        across, found.lower, found.upper, color=GRID, linewidth=0, label=BAND
    )


def _series(label: str, across: tuple[float, ...], found: Compared) -> Series:
    """The values with the band of no heterogeneity as their ends."""
    count = len(across)
    return Series(
        label,
        "",
        across,
        tuple(found.value),
        tuple(found.lower),
        tuple(found.upper),
        (None,) * count,
        ("",) * count,
    )
