"""Compares the names of visits in CDISC with the study days of their rows.

Day 2 of CDISC is the day after day 1, the first one: it is day 1 of a protocol that calls
the first day 0. A name alone would be read one day too late.
"""

from __future__ import annotations

import re
from dataclasses import replace

from equipoise.exchange.cells import numbers
from equipoise.exchange.column_profile import normal
from equipoise.exchange.file_proposal import VisitColumns
from equipoise.exchange.files import Source
from equipoise.exchange.visit_names import nearest
from equipoise.protocol.model import Protocol

DAY = re.compile(r"\bday\b|\bd ?\d")


def by_study_day(
    visits: VisitColumns, source: Source, column: str, protocol: Protocol
) -> VisitColumns:
    """The visits of a file, those that are not clear by the median of their days.

    Args:
        visits: as recognized by their names.
        source: the file.
        column: study days without a day 0, such as ``QSDY``.
        protocol: of the trial.
    """
    (name,) = visits.columns
    days = numbers(source.cells[column], ".")
    days = days.where(days < 0, days - 1)
    middle = days.groupby(source.cells[name]).median().dropna()
    values, unsure = dict(visits.values), set(visits.unsure)
    for text, visit in visits.values.items():
        found = nearest(middle[text], protocol, slack=0) if text in middle else None
        if found is None or found.visit == visit:
            continue
        if visit is None or DAY.search(normal(text)):
            values[text] = found.visit
        if visit != protocol.schedule.baseline:
            unsure.add(text)
    why = f"{visits.why}, and by the median of {column} for visits without a known name"
    changed = values != dict(visits.values)
    return replace(
        visits,
        values=values,
        unsure=frozenset(unsure),
        why=why if changed else visits.why,
    )
