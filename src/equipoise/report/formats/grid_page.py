"""A grid of simulated trials as one HTML file: curves and tables."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from equipoise.report.blocks import Document, Figure
from equipoise.report.formats.html_page import templates
from equipoise.report.grid_labels import (
    design_words,
    headline,
    times,
    with_error,
)

CELL = ("People", "Effect", "Departures", "Design")
REAL = "Every trial here is simulated: nobody in it is real."


@dataclass(frozen=True)
class Subject:
    """What a grid is about.

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
class Plain:
    """A table of texts."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def grid_page(table: pd.DataFrame, subject: Subject, figure: Figure) -> bytes:
    """The page; it asks the network for nothing, and every text is escaped.

    Args:
        table: from ``grid_table``.
        subject: what it is about.
        figure: from ``power_curves``.
    """
    label = subject.labels[subject.endpoint]
    primary = table[table["endpoint"] == subject.endpoint]
    document = Document(
        title="Power over a grid of trials",
        subtitle=subject.title,
        about=f"{len(primary)} cells of up to {int(table['trials'].max())} trials; in "
        "brackets the Monte Carlo error",
        banners=(REAL,),
        watermark="",
        sections=(),
        facts=subject.facts,
    )
    tables = [_primary(primary, label), *_stops(primary), *_others(table, subject)]
    template = templates().get_template("grid.html")
    return template.render(
        document=document,
        headline=headline(primary, label),
        figure=figure,
        tables=tables,
    ).encode()


def _cell(row: pd.Series[float]) -> tuple[str, ...]:
    return (
        str(int(row["size"])),
        times(float(row["effect"]), "none"),
        times(float(row["dropout"]), "nobody"),
        design_words(str(row["design"])),
    )


def _told(row: pd.Series[float], name: str, digits: int, scale: float = 1) -> str:
    return with_error(row.get(name), row.get(f"{name}_error"), digits, scale)


def _primary(rows: pd.DataFrame, label: str) -> Plain:
    head = (
        *CELL,
        "Trials",
        "Power, %",
        "Mean",
        "Bias",
        "Coverage, %",
        "People at the end",
    )
    made = []
    for _, row in rows.iterrows():
        looks = not pd.isna(row.get("expected_size", float("nan")))
        end = _told(row, "expected_size", 1) if looks else str(int(row["size"]))
        made.append(
            (
                *_cell(row),
                str(int(row["trials"])),
                _told(row, "power", 1, 100),
                _told(row, "mean", 2),
                _told(row, "bias", 2),
                _told(row, "coverage", 1, 100),
                end,
            )
        )
    return Plain(label, head, tuple(made))


def _stops(rows: pd.DataFrame) -> list[Plain]:
    """Where trials with looks stop; nothing for a grid without such."""
    if "expected_size" not in rows:
        return []
    names = [c for c in rows.columns if c.startswith("stop_") and "error" not in c]
    made = [
        (*_cell(row), *(_told(row, name, 1, 100) for name in names))
        for _, row in rows[rows["expected_size"].notna()].iterrows()
    ]
    head = (*CELL, *(f"Look {k + 1}, %" for k in range(len(names))))
    return [Plain("Trials that cross the boundary at each look", head, tuple(made))]


def _others(table: pd.DataFrame, subject: Subject) -> list[Plain]:
    """Power of the other endpoints that have a test."""
    rows = table[(table["endpoint"] != subject.endpoint) & table["power"].notna()]
    if rows.empty:
        return []
    made = [
        (
            *_cell(row),
            subject.labels[str(row["endpoint"])],
            _told(row, "power", 1, 100),
            _told(row, "mean", 2),
        )
        for _, row in rows.iterrows()
    ]
    head = (*CELL, "Endpoint", "Power, %", "Mean")
    return [Plain("Other endpoints", head, tuple(made))]
