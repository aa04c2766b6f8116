"""Forest plots: what could not be estimated is not drawn."""

from dataclasses import replace

import pytest

from equipoise.numerics.rounding import fixed
from equipoise.report.figures import style
from equipoise.report.figures.forest import sensitivity, subgroups, tipping
from tests.analyze.feder import feder
from tests.report.figures.planted import Drawn
from tests.report.made import results

CAPS = feder().endpoint("caps5_change")


def test_alt_texts_hold_the_differences() -> None:
    made = sensitivity(feder(), CAPS, results(), False)
    assert made is not None
    value = results()["caps5_change"].estimate
    assert value is not None
    assert f"Primary analysis {fixed(value, 1)}" in made.alt
    assert b"favors Ketamine" in made.svg
    groups = subgroups(feder(), CAPS, results(), False)
    assert groups is not None
    assert "Female" in groups.alt
    assert "Other" not in groups.alt


def test_each_row_states_its_difference_and_n() -> None:
    made = sensitivity(feder(), CAPS, results(), False)
    assert made is not None
    row = results()["caps5_change"]
    ends = [fixed(v, 1).replace("-", "−") for v in (row.estimate, row.lower, row.upper)]  # type: ignore[arg-type]
    assert f"{ends[0]} ({ends[1]} to {ends[2]})".encode() in made.svg
    assert f">{row.n}</text>".encode() in made.svg


def test_nothing_estimated_nothing_drawn() -> None:
    blank = replace(
        results(), estimates=tuple(replace(e, estimate=None) for e in results())
    )
    assert sensitivity(feder(), CAPS, blank, False) is None
    assert subgroups(feder(), CAPS, blank, False) is None
    assert tipping(CAPS, replace(results(), estimates=()), False) is None


def test_tipping_points_are_drawn_where_enough_was_imputed() -> None:
    own = results().select(endpoint="caps5_change", analysis="sensitivity")
    curve = tuple(
        replace(own[0], id=f"caps5_change.tipping-curve.mar.{k}", analysis="tipping-curve",
                estimate=-6.0 + k, lower=-9.0 + k, upper=-3.0 + k, statistic=float(k))
        for k in range(5)
    )  # fmt: skip
    others = tuple(e for e in results() if e.analysis != "tipping-curve")
    known = replace(results(), estimates=(*others, *curve))
    assert tipping(CAPS, known, False) is None  # everybody was rated
    fewer = tuple(
        replace(e, n=(e.n or 0) - 2)
        if e.analysis == "observed" and e.visit == "week-2"
        else e
        for e in known
    )
    made = tipping(CAPS, replace(known, estimates=fewer), False)
    assert made is not None
    assert [part.y for part in made.series] == [(-6.0, -5.0, -4.0, -3.0, -2.0)]


def test_no_interval_ends_at_the_frame_and_directions_do_not_meet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = Drawn({})
    monkeypatch.setattr(style, "as_svg", drawn.as_svg)
    made = subgroups(feder(), CAPS, results(), False)
    assert made is not None
    (axes,) = drawn.canvases[made.title].axes
    low, high = axes.get_xlim()
    ends = [end for p in made.series for end in (p.lower[0], p.upper[0]) if end]
    assert low + 0.03 * (high - low) < min(ends)
    assert max(ends) < high - 0.03 * (high - low)
    favors = [t for t in axes.texts if "favors" in t.get_text()]
    boxes = [t.get_window_extent() for t in favors]
    assert len(boxes) == 2
    assert not boxes[0].overlaps(boxes[1])
