"""A law over every figure of the report: what is drawn as an arm's is that arm's."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from equipoise.analyze.observed import changes
from equipoise.report.blocks import Figure, Series
from equipoise.report.document import document
from equipoise.report.figures import efficacy, safety, style
from equipoise.report.figures.flowchart import flowchart
from tests.analyze.feder import feder
from tests.report.figures.planted import Drawn, check, estimates_of, planted
from tests.report.formats.hostile import parsed
from tests.report.made import data, results
from tests.report.test_every_table import planted_report
from tests.report.trials import TRIALS, VARIANTS


def figures(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Figure], Drawn]:
    """Every figure of the report of planted numbers, and what matplotlib drew."""
    drawn = Drawn({})
    monkeypatch.setattr(style, "as_svg", drawn.as_svg)
    whole = document(feder(), data(), planted())
    made = [
        block
        for section in whole.sections
        for block in section.blocks
        if isinstance(block, Figure)
    ]
    return made, drawn


def test_every_number_of_an_arm_is_drawn_as_that_arms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, drawn = figures(monkeypatch)
    assert len(made) >= 12
    for figure in made:
        assert figure.series, figure.name
        if figure.name == "participant-flow":
            for part in figure.series:
                estimates_of(feder(), planted(), figure.name, part)
            continue
        compared = check(feder(), planted(), figure, drawn.canvases[figure.title])
        by_arm = [s for s in figure.series if s.arm and any(s.ids)]
        if by_arm:
            assert compared >= max(len(s.x) for s in by_arm), figure.name
            assert {s.arm for s in by_arm} == {arm.id for arm in feder().arms}


@pytest.mark.parametrize("name", [*TRIALS, *VARIANTS])
def test_no_figure_draws_nothing(name: str) -> None:
    blocks = [block for _, block in planted_report(name)[2].numbered()]
    drawings = [block for block in blocks if isinstance(block, Figure)]
    assert [f.name for f in drawings if not any(s.x for s in f.series)] == []


@pytest.mark.parametrize("module", [efficacy, safety])
def test_exchanged_arms_are_seen(
    monkeypatch: pytest.MonkeyPatch, module: object
) -> None:
    right = module.of_arm  # type: ignore[attr-defined]
    other = {"ketamine": "midazolam", "midazolam": "ketamine"}

    def exchanged(arm: str, *rest: object, **more: object) -> Series:
        return replace(right(other[arm], *rest, **more), arm=arm)  # type: ignore[no-any-return]

    assert is_right(monkeypatch, module)
    monkeypatch.setattr(module, "of_arm", exchanged)
    assert not is_right(monkeypatch, module)


@pytest.mark.parametrize("module", [efficacy, safety])
def test_exchanged_colors_are_seen(
    monkeypatch: pytest.MonkeyPatch, module: object
) -> None:
    right = module.errorbars  # type: ignore[attr-defined]
    monkeypatch.setattr(
        module,
        "errorbars",
        lambda axes, number, *rest, **more: right(axes, 1 - number, *rest, **more),
    )
    assert not is_right(monkeypatch, module)


def is_right(monkeypatch: pytest.MonkeyPatch, module: object) -> bool:
    """Whether the law holds for a figure of this module."""
    drawn = Drawn({})
    monkeypatch.setattr(style, "as_svg", drawn.as_svg)
    trial, known = feder(), planted()
    figure = (
        efficacy.means(trial, trial.endpoint("caps5_change"), known, "observed", False)
        if module is efficacy
        else safety.by_infusion(trial, trial.endpoint("side_effects"), known, False)
    )
    try:
        return check(trial, known, figure, drawn.canvases[figure.title]) > 0
    except AssertionError:
        return False


def test_bars_of_participants_are_those_of_their_arm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = Drawn({})
    monkeypatch.setattr(style, "as_svg", drawn.as_svg)
    endpoint = feder().endpoint("caps5_change")
    figure = efficacy.waterfall(feder(), data(), endpoint, results(), False)
    table = changes(feder(), data(), endpoint)
    (axes,) = drawn.canvases[figure.title].axes
    for number, arm in enumerate(feder().arms):
        own = table[table["arm"] == arm.id]
        percent = sorted(100 * own["change"] / own["baseline"])
        color = style.arm_look(number)["color"]
        bars = [p for p in axes.patches if style_hex(p) == color.lower()]
        assert sorted(p.get_height() for p in bars) == pytest.approx(percent)
        assert sorted(figure.series[number].y) == pytest.approx(percent)
    heights = [p.get_height() for p in sorted(axes.patches, key=lambda p: p.get_x())]
    assert heights == sorted(heights)  # the best, the largest fall, is first
    response = [line.get_ydata()[0] for line in axes.get_lines()]
    assert -30.0 in response


def style_hex(patch: object) -> str:
    from matplotlib.colors import to_hex

    return to_hex(patch.get_facecolor()).lower()  # type: ignore[attr-defined]


def test_counts_of_the_flow_stand_in_the_column_of_their_arm() -> None:
    root = parsed(flowchart(feder(), results()))
    texts = root.findall("{http://www.w3.org/2000/svg}text")
    at = {
        arm.id: next(float(t.get("x", 0)) for t in texts if t.text == arm.label)
        for arm in feder().arms
    }
    assert at["ketamine"] + 100 < at["midazolam"]
    rows = {row.id: row for row in results()}
    seen: dict[str, str] = {}
    for text in texts:
        name = text.get("data-id")
        if name is None:
            continue
        seen[name] = seen.get(name, "") + " " + str(text.text)
        arm = rows[name].contrast
        if arm is not None:
            far = float(text.get("x", 0)) - at[arm]
            assert 0 <= far < 100, (name, far)
    assert set(seen) == {e.id for e in results().select(endpoint="flow")}
    for name, words in seen.items():
        number = re.search(r"\(n\s=\s(\d+)\)", words)
        assert number is not None, words
        assert int(number.group(1)) == rows[name].estimate
