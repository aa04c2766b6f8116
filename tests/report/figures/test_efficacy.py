"""Figures of efficacy: drawn from the results, with alt texts."""

from dataclasses import replace

import pytest
from matplotlib.axes import Axes

from equipoise.report.figures import efficacy as drawings
from tests.analyze.feder import feder
from tests.report.made import data, results

CAPS = feder().endpoint("caps5_change")
RESPONSE = feder().endpoint("response")


def test_each_figure_has_its_name_and_alt_text() -> None:
    made = [
        drawings.means(feder(), CAPS, results(), "observed", False),
        drawings.means(feder(), CAPS, results(), "ls-mean", False),
        drawings.waterfall(feder(), data(), CAPS, results(), False),
        drawings.responders(feder(), RESPONSE, results(), False),
    ]
    assert [figure.name for figure in made] == [
        "caps5_change-observed",
        "caps5_change-ls-mean",
        "caps5_change-participants",
        "response-cut-offs",
    ]
    assert "Week 2" in made[0].alt
    assert b"Mean (95% CI), points" in made[0].svg
    assert b"definition: 30%" in made[3].svg


def test_a_change_starts_from_zero_at_baseline() -> None:
    made = drawings.means(feder(), CAPS, results(), "ls-mean", False)
    for part in made.series:
        assert (part.y[0], part.ids[0], part.lower[0]) == (0.0, "", None)
        observed = results()[f"caps5_change.observed.baseline.{part.arm}"]
        assert part.n[0] == observed.n
        assert part.x[0] == feder().schedule.visit("baseline").day


def test_without_numbers_there_is_no_figure() -> None:
    none = replace(results(), estimates=())
    for analysis in drawings.MEANS:
        assert drawings.means(feder(), CAPS, none, analysis, False) is None
    assert drawings.responders(feder(), RESPONSE, none, False) is None


def test_participants_who_were_not_rated_are_counted_in_the_note() -> None:
    made = drawings.waterfall(feder(), data(), CAPS, results(), False)
    assert made.note == ""  # every participant was rated
    at = f"{CAPS.id}.rated.{CAPS.variable.at}"
    for missing, words in (
        (1, "1 participant who was not rated is not shown."),
        (4, "4 participants who were not rated are not shown."),
    ):
        fewer = tuple(
            replace(e, estimate=(e.n or 0) - missing) if e.id == at else e
            for e in results()
        )
        known = replace(results(), estimates=fewer)
        made = drawings.waterfall(feder(), data(), CAPS, known, False)
        assert made.note == words


def test_many_bars_have_no_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    few = drawings.waterfall(feder(), data(), CAPS, results(), False)
    assert b"<pattern" in few.svg
    monkeypatch.setattr(drawings, "HATCHED", 10)
    many = drawings.waterfall(feder(), data(), CAPS, results(), False)
    assert b"<pattern" not in many.svg


def test_the_line_of_no_change_is_at_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    at: list[float] = []
    monkeypatch.setattr(Axes, "axhline", lambda _axes, y, **_look: at.append(y))
    drawings.means(feder(), CAPS, results(), "ls-mean", False)
    assert at == [0]
