"""Proposes the infusions of the domain EX, and the visits of its rows.

Source: SDTM Implementation Guide 3.4, section 6.1 (EX).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from equipoise.exchange.cdisc import NAMED
from equipoise.exchange.cdisc_dispositions import date
from equipoise.exchange.cells import numbers
from equipoise.exchange.file_proposal import VisitColumns
from equipoise.exchange.files import Source
from equipoise.exchange.recognition import Finding
from equipoise.exchange.visit_names import moment
from equipoise.protocol.model import Protocol

TIMES = (("EXSTDTC", "started_at"), ("EXENDTC", "stopped_at"))


def infusions(source: Source) -> Iterator[Finding]:
    """Drug, dose and times of the infusions.

    Args:
        source: the domain EX.
    """
    cells = source.cells
    if "EXTRT" in cells:
        yield Finding(("EXTRT",), {"to": "exposures.drug"}, NAMED, "high")
    if {"EXDOSE", "EXDOSU"} <= set(cells):
        units = set(cells.loc[cells["EXDOSE"] != "", "EXDOSU"])
        if units == {"mg"}:
            rule: dict[str, Any] = {"to": "exposures.dose_mg"}
            yield Finding(("EXDOSE",), rule, f"{NAMED}; EXDOSU is mg", "high")
    for column, to in TIMES:
        if column in cells and cells[column].str.contains("T", regex=False).any():
            yield from date(source, column, f"exposures.{to}")


def by_study_day(source: Source, protocol: Protocol) -> VisitColumns | None:
    """The infusion of each study day, in a file without VISIT; None without EXSTDY.

    A day that is not within the window of one infusion is left open. All of them are
    marked for a check, because the visit is not recorded.

    Args:
        source: the domain EX.
        protocol: of the trial.
    """
    planned = [v for v in protocol.schedule.visits if v.infusion is not None]
    if "VISIT" in source.cells or "EXSTDY" not in source.cells or not planned:
        return None
    texts = [str(text) for text in source.cells["EXSTDY"].unique() if text]
    days = numbers(pd.Series(texts, index=texts, dtype="string"), ".").dropna()
    days = days.where(days < 0, days - 1)
    values: dict[str, str | None] = {}
    for text in texts:
        fits = [
            visit.id
            for visit in planned
            if text in days and _within(float(days[text]), visit.day, visit.window)
        ]
        values[text] = fits[0] if len(fits) == 1 else None
    why = "EX has no VISIT: the infusion whose window has the study day of the dose"
    return VisitColumns(("EXSTDY",), values, why, 0, frozenset(texts))


def by_visit(source: Source, protocol: Protocol) -> VisitColumns | None:
    """The visits of a file with one infusion of each participant; None without VISIT.

    A column of visits is otherwise recognized only if participants have several rows.

    Args:
        source: the domain EX.
        protocol: of the trial.
    """
    if "VISIT" not in source.cells:
        return None
    texts = [str(text) for text in source.cells["VISIT"].unique() if text]
    found = {text: moment(text, protocol) for text in texts}
    values = {text: one.visit if one else None for text, one in found.items()}
    unsure = frozenset(text for text, one in found.items() if one and not one.sure)
    return VisitColumns(("VISIT",), values, NAMED, 0, unsure) if texts else None


def _within(day: float, planned: int, window: tuple[int, int]) -> bool:
    return planned + window[0] <= day <= planned + window[1]
