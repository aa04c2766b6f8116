"""The HTML page of a grid of simulated trials: curves and tables in one file."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from equipoise.numerics.rounding import fixed
from equipoise.report.blocks import Document, Figure
from equipoise.report.figures.power import (
    design_label,
    dropout_label,
    effect_label,
    factor_label,
)
from equipoise.report.formats.html_page import templates

ENOUGH = 0.8  # power that the headline looks for
SCENARIO = ("Participants", "Effect", "Withdrawals", "Design")
BANNER = "All trials on this page are simulated; no participant is real."


@dataclass(frozen=True)
class GridSubject:
    """The trial that a grid is about.

    Attributes:
        title: of the trial.
        endpoint: id of the primary endpoint.
        labels: id of each endpoint -> its label.
        facts: provenance, as term and text.
    """

    title: str
    endpoint: str
    labels: dict[str, str]
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TextTable:
    """A table of texts."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def grid_page(summary: pd.DataFrame, subject: GridSubject, figure: Figure) -> bytes:
    """The page; it loads nothing from the network, and every text is escaped.

    Args:
        summary: from ``summarize_grid``.
        subject: the trial.
        figure: from ``power_curves``.
    """
    label = subject.labels[subject.endpoint]
    primary = summary[summary["endpoint"] == subject.endpoint]
    document = Document(
        title="Power over a grid of trials",
        subtitle=subject.title,
        about=f"{len(primary)} scenarios of up to {int(summary['trials'].max())} trials; "
        "in brackets: Monte Carlo error",
        banners=(BANNER,),
        watermark="",
        sections=(),
        facts=subject.facts,
    )
    tables = [_primary(primary, label), *_stops(primary), *_others(summary, subject)]
    page = templates().get_template("grid.html")
    text = headline(primary, label)
    return page.render(
        document=document, headline=text, figure=figure, tables=tables
    ).encode()


def headline(rows: pd.DataFrame, label: str) -> str:
    """The smallest sample size with enough power, without interim analyses if possible.

    Args:
        rows: of the primary endpoint, from ``summarize_grid``.
        label: of the endpoint.
    """
    rows = rows[rows["effect"] > 0]
    if rows.empty:
        return f"{label}: every scenario of this grid is without an effect."
    for name, preferred in (("effect", 1.0), ("dropout", 1.0), ("design", "fixed")):
        values = list(rows[name].unique())
        rows = rows[rows[name] == (preferred if preferred in values else values[-1])]
    first = rows.iloc[0]
    labels = (
        effect_label(float(first["effect"])),
        dropout_label(float(first["dropout"])),
        design_label(str(first["design"])),
    )
    enough = rows[rows["power"] >= ENOUGH].sort_values("size")
    if enough.empty:
        best = rows.sort_values("power").iloc[-1]
        text = (
            f"no sample size of this grid has {ENOUGH:.0%} power; the highest is with"
        )
    else:
        best = enough.iloc[0]
        text = f"the smallest sample size of this grid with {ENOUGH:.0%} power is"
    power = with_error(float(best["power"]), float(best["power_error"]), 1, 100)
    size = f"{int(best['size'])} participants"
    return f"{label} ({', '.join(labels)}): {text} {size}, power {power}%."


def with_error(value: object, error: object, digits: int, scale: float = 1) -> str:
    """``80.7 (0.4)``: a number with its Monte Carlo error; a dash if it is missing."""
    if not isinstance(value, float | int) or math.isnan(value):
        return "–"
    text = fixed(value * scale, digits).replace("-", "−")
    if not isinstance(error, float | int) or math.isnan(error):
        return text
    return f"{text} ({fixed(error * scale, digits)})"


def _scenario(row: pd.Series[float]) -> tuple[str, ...]:
    return (
        str(int(row["size"])),
        factor_label(float(row["effect"])),
        factor_label(float(row["dropout"])),
        design_label(str(row["design"])),
    )


def _estimate(row: pd.Series[float], name: str, digits: int, scale: float = 1) -> str:
    return with_error(row.get(name), row.get(f"{name}_error"), digits, scale)


def _primary(rows: pd.DataFrame, label: str) -> TextTable:
    head = (*SCENARIO, "Trials", "Power (%)", "Mean", "Bias", "Coverage (%)")
    texts = []
    for _, row in rows.iterrows():
        sequential = not pd.isna(row.get("expected_size", float("nan")))
        texts.append(
            (
                *_scenario(row),
                str(int(row["trials"])),
                _estimate(row, "power", 1, 100),
                _estimate(row, "mean", 2),
                _estimate(row, "bias", 2),
                _estimate(row, "coverage", 1, 100),
                _estimate(row, "expected_size", 1)
                if sequential
                else str(int(row["size"])),
            )
        )
    return TextTable(label, (*head, "Participants at the end"), tuple(texts))


def _stops(rows: pd.DataFrame) -> list[TextTable]:
    """Where trials with interim analyses stop; empty for a grid without them."""
    if "expected_size" not in rows:
        return []
    names = [c for c in rows.columns if c.startswith("stop_") and "error" not in c]
    texts = [
        (*_scenario(row), *(_estimate(row, name, 1, 100) for name in names))
        for _, row in rows[rows["expected_size"].notna()].iterrows()
    ]
    head = (*SCENARIO, *(f"Analysis {k + 1} (%)" for k in range(len(names))))
    title = "Trials that cross the boundary at each analysis"
    return [TextTable(title, head, tuple(texts))]


def _others(summary: pd.DataFrame, subject: GridSubject) -> list[TextTable]:
    """Power of the other endpoints that have a test."""
    other = summary["endpoint"] != subject.endpoint
    rows = summary[other & summary["power"].notna()]
    if rows.empty:
        return []
    texts = [
        (
            *_scenario(row),
            subject.labels[str(row["endpoint"])],
            _estimate(row, "power", 1, 100),
            _estimate(row, "mean", 2),
        )
        for _, row in rows.iterrows()
    ]
    head = (*SCENARIO, "Endpoint", "Power (%)", "Mean")
    return [TextTable("Other endpoints", head, tuple(texts))]
