"""Estimates as the points of a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from equipoise.analyze.result import Estimate
from equipoise.report.blocks import Series


def statistic(row: Estimate) -> float:
    """The day, minute or cut-off at which an estimate of a curve was made."""
    return float(row.statistic or 0)


def of_arm(
    arm: str,
    label: str,
    rows: Iterable[Estimate],
    x: Callable[[Estimate], float] = statistic,
    scale: float = 1,
    panel: str = "",
) -> Series:
    """The estimates of one arm, in the order of the horizontal axis.

    Args:
        arm: id; estimates of other arms, and those without a number, are excluded.
        label: of the arm.
        rows: estimates of one kind.
        x: position of an estimate.
        scale: by which values are drawn, such as 100 for percent.
        panel: title of the panel.
    """
    own = [e for e in rows if e.contrast == arm and e.estimate is not None]
    own.sort(key=x)
    return of_rows(label, own, x, scale, arm=arm, panel=panel)


def of_rows(
    label: str,
    rows: Iterable[Estimate],
    x: Callable[[Estimate], float],
    scale: float = 1,
    *,
    arm: str = "",
    panel: str = "",
) -> Series:
    """Estimates in the order given."""
    own = [e for e in rows if e.estimate is not None]
    return Series(
        label,
        arm,
        x=tuple(x(e) for e in own),
        y=tuple(scale * float(e.estimate or 0) for e in own),
        lower=tuple(None if e.lower is None else scale * e.lower for e in own),
        upper=tuple(None if e.upper is None else scale * e.upper for e in own),
        n=tuple(e.n for e in own),
        ids=tuple(e.id for e in own),
        panel=panel,
    )


def from_zero(own: Series, at: float, n: int | None) -> Series:
    """With the change at the start, which is 0 by definition and no estimate.

    Args:
        own: changes of an arm.
        at: place of the start.
        n: participants with a value there.
    """
    return replace(
        own,
        x=(at, *own.x),
        y=(0.0, *own.y),
        lower=(None, *own.lower),
        upper=(None, *own.upper),
        n=(n, *own.n),
        ids=("", *own.ids),
    )


def level_of(rows: Iterable[Estimate]) -> float | None:
    """The level of the intervals, such as 0.95; None where there are none."""
    return next((e.level for e in rows if e.lower is not None), None)
