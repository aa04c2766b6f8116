"""The comparison of randomization methods as a page, a figure and a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from equipoise.numerics.rounding import fixed
from equipoise.randomize.compared_methods import OWN
from equipoise.report.blocks import (
    Block,
    Document,
    Figure,
    Paragraph,
    Section,
    Series,
    TextTable,
)
from equipoise.report.figures.style import GREY, INK, SIZE, across, drawn, grid, short
from equipoise.report.formats.html_page import page
from equipoise.report.table_cells import plural, with_error

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from equipoise.randomize.comparison import Compared, Estimate

NUMBERS, PAGE, PLOT = "comparison.json", "comparison.html", "comparison.svg"
LABEL = 28  # letters of a line of a method's name beside the figure
REACH = 1.96  # Monte Carlo errors that a bar reaches to either side
LEGEND = """\
Differences between arms are in participants, with the Monte Carlo error in brackets:
of the trial, of the worst level of a factor, and the mean of the strata. Guessed and
certain: allocations that an observer who knows the method, the stratum and all
allocations before guesses correctly, or knows. Loss: participants whose information the
imbalance costs an analysis adjusted for the factors; power: after this loss."""
PANELS = {
    "guessed": ("Guessed correctly (%)", 100.0),
    "loss": ("Loss (participants)", 1.0),
}


def files(content: Mapping[str, Any], found: Sequence[Compared]) -> dict[str, bytes]:
    """Name -> content of the numbers, the figure and the page.

    Args:
        content: title, headline, facts of the trial and all numbers, for the JSON file.
        found: all methods, at least one.
    """
    figure = trade_off(found)
    numbers = json.dumps(content, indent=2, ensure_ascii=False)
    return {
        NUMBERS: f"{numbers}\n".encode(),
        PLOT: figure.svg,
        PAGE: page(_document(content, found, figure)),
    }


def table_row(one: Compared) -> dict[str, str]:
    """The properties of a method as text, by column."""
    return {
        "method": one.name,
        "trial": estimate_text(one.trial, 1),
        "worst level": estimate_text(one.margin, 1),
        "stratum": estimate_text(one.stratum, 2),
        "guessed %": estimate_text(one.guessed, 1, 100),
        "certain %": estimate_text(one.certain, 1, 100),
        "loss": estimate_text(one.loss, 1),
        "power %": estimate_text(one.power, 1, 100),
    }


def estimate_text(own: Estimate, digits: int, scale: float = 1) -> str:
    """``5.0 (0.2)``; a number that is exact stands alone."""
    return with_error(own.value, own.std_error or None, digits, scale)


def trade_off(found: Sequence[Compared]) -> Figure:
    """Predictability and loss of each method, side by side; the protocol's is black.

    Args:
        found: all methods, at least one.

    Returns:
        Bars are 95% Monte Carlo intervals; exact numbers have none.
    """
    drawing, panels = grid(1, len(PANELS), 1.0 + 0.36 * len(found), sharey=True)
    series = [
        _panel(axes, found, name) for axes, name in zip(panels, PANELS, strict=True)
    ]
    panels[0].set_yticks(range(len(found)), [short(one.name, LABEL) for one in found])
    panels[0].invert_yaxis()
    said = "; ".join(
        f"{one.name}: {estimate_text(one.guessed, 1, 100)}% guessed, loss "
        f"{estimate_text(one.loss, 1)}"
        for one in found
    )
    alt = f"Points by method: {said}."
    title = "Predictability and loss of information by method"
    return drawn(drawing, "comparison", title, alt, series, dummy=False)


def _panel(axes: Axes, found: Sequence[Compared], name: str) -> Series:
    label, scale = PANELS[name]
    estimates: list[Estimate] = [getattr(one, name) for one in found]
    at = tuple(scale * own.value for own in estimates)
    reach = tuple(scale * REACH * own.std_error for own in estimates)
    for place, one in enumerate(found):
        axes.errorbar(
            at[place], place, xerr=reach[place] or None, capsize=3, markersize=5,
            marker="o", color=INK if one.name.endswith(OWN) else GREY,
        )  # fmt: skip
    axes.set_xlabel(label, fontsize=SIZE)
    across(axes)
    if name == "loss":
        axes.set_xlim(left=min(0.0, *at))
    return Series(
        label,
        "",
        tuple(float(place) for place in range(len(found))),
        at,
        tuple(v - r for v, r in zip(at, reach, strict=True)),
        tuple(v + r for v, r in zip(at, reach, strict=True)),
        (None,) * len(at),
        ("",) * len(at),
        label,
    )


def _document(
    content: Mapping[str, Any], found: Sequence[Compared], figure: Figure
) -> Document:
    rows = [table_row(one) for one in found]
    table = TextTable(
        "methods",
        "Methods",
        tuple(name.capitalize() for name in rows[0]),
        tuple(tuple(row.values()) for row in rows),
        " ".join(LEGEND.split()),
        kind="Table",
        number="1",
    )
    levels = tuple(
        (name, level, f"{fixed(100 * share, 1)}%")
        for name, own in content["proportions"].items()
        for level, share in own.items()
    )
    blocks: list[Block] = [
        Paragraph(content["headline"], kind="headline"),
        figure,
        table,
    ]
    if levels:
        head = ("Factor", "Level", "Participants")
        blocks.append(
            TextTable(
                "levels", "Assumed levels", head, levels, kind="Table", number="2"
            )
        )
    facts = (
        ("Protocol", f"{content['trial']}, {content['protocol_sha256']}"),
        (
            "Trials",
            f"{content['trials']} of {plural(content['participants'], 'participant')}",
        ),
        ("Seed", str(content["seed"])),
        ("Software", content["software"]),
    )
    return Document(
        title="Randomization methods",
        subtitle=content["title"],
        about=f"{plural(content['participants'], 'participant')}, "
        f"strata: {content['strata']}; in brackets and as bars: "
        "Monte Carlo error",
        banners=(),
        watermark="",
        sections=(Section("methods", "", "Comparison", "", tuple(blocks)),),
        facts=facts,
        title_page=facts,
    )
