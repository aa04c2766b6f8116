"""Curves of time to an event."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from equipoise.report.figures.time_to_event import FEW, TURNBULL, curve, time_zero
from equipoise.report.figures.visit_axis import Below
from tests.analyze.feder import feder
from tests.report.figures.planted import planted
from tests.report.made import results

RELAPSE = feder().endpoint("relapse")


def test_the_curve_is_drawn_with_its_legend_and_time_zero() -> None:
    made = curve(feder(), RELAPSE, results(), False)
    assert made.name == "relapse-curve"
    assert time_zero(feder(), RELAPSE) == "week 2"
    for arm in feder().arms:  # the curve of each arm has its name
        assert f"{arm.label}, {TURNBULL}".encode() in made.svg
    assert b"Days since week 2" in made.svg


def test_bands_are_drawn_for_arms_that_carry_them() -> None:
    many = tuple(
        replace(e, n=(e.n or 0) + 20) if e.analysis == "survival" else e
        for e in results()
    )
    few = curve(feder(), RELAPSE, results(), False)
    bands = curve(feder(), RELAPSE, replace(results(), estimates=many), False)
    assert "Bands: 95% CI" in bands.note
    assert "Bands" not in few.note


def test_the_last_infusion_can_be_time_zero() -> None:
    moved = tuple(
        d.model_copy(update={"zero": "last-infusion"}) if d.id == "relapse" else d
        for d in feder().definitions
    )
    other = feder().model_copy(update={"definitions": moved})
    assert time_zero(other, RELAPSE) == "the last infusion"


def test_without_numbers_there_is_no_figure() -> None:
    assert curve(feder(), RELAPSE, replace(results(), estimates=()), False) is None


def test_an_arm_of_few_says_so_at_its_curve() -> None:
    made = curve(feder(), RELAPSE, results(), False)
    few = [
        p for p in made.series if not p.panel and p.n[0] is not None and p.n[0] < FEW
    ]
    assert few
    for part in few:
        assert f">n = {part.n[0]}</text>".encode() in made.svg
        assert f"{part.label}: n = {part.n[0]}, too few" in made.note


def test_numbers_at_risk_are_those_of_their_arm_and_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines: dict[str, Mapping[float, str]] = {}
    add = Below.add

    def noted(self: Below, name: str, texts: Mapping[float, str]) -> None:
        lines[name] = dict(texts)
        add(self, name, texts)

    monkeypatch.setattr(Below, "add", noted)
    rows = planted()
    curve(feder(), RELAPSE, rows, False)
    for arm in feder().arms:
        own = [e for e in rows.select(endpoint="relapse") if e.contrast == arm.id]
        begun = [e.n for e in own if e.analysis == "survival"]
        told = {e.statistic: e.n for e in own if e.analysis == "at-visit"}
        shown = lines[arm.label]
        assert shown[0.0] == str(begun[0])
        later = {day: text for day, text in shown.items() if day}
        assert later == {day: str(told[day]) for day in later}
        assert len(later) > 3
