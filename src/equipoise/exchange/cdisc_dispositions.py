"""Proposes the milestones of participants: the domain DS, and dates of DM and ADSL.

A participant can stop the treatment and stay in the study. DS records both with the same
codes, and DSSCAT states which of them a row is about.

Source: SDTM Implementation Guide 3.4, section 6.2.4 (DS), and ADaM Implementation Guide
1.3, section 3.2 (ADSL).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from equipoise.errors.counted import agreeing, counted
from equipoise.exchange.cdisc import FIRST, ISO, NAMED
from equipoise.exchange.cells import dates
from equipoise.exchange.files import Source
from equipoise.exchange.recognition import Finding

MILESTONES = {  # DSDECOD
    "INFORMED CONSENT OBTAINED": "consented",
    "RANDOMIZED": "randomized",
    "COMPLETED": "study-completed",
    "LOST TO FOLLOW-UP": "lost-to-follow-up",
    "DEATH": "death",
    "SCREEN FAILURE": "excluded",
    "FAILURE TO MEET INCLUSION/EXCLUSION CRITERIA": "excluded",
}
REASONED = ("study-withdrawn", "treatment-discontinued")
DATES = {  # columns with one date for each participant
    "DM": {
        "RFICDTC": "participants.consented_at",
        "RFXSTDTC": "dispositions.treatment-started",
        "DTHDTC": "dispositions.death",
    },
    "ADSL": {
        "RFICDT": "participants.consented_at",
        "RANDDT": "participants.randomized_at",
        "TRTSDT": "dispositions.treatment-started",
        "DTHDT": "dispositions.death",
    },
}
ENDED = {"COMPLETED": "study-completed", "DISCONTINUED": "study-withdrawn"}


def milestones(source: Source) -> Iterator[Finding]:
    """The milestones of DSDECOD, each of the study and of the treatment to be checked.

    Args:
        source: the domain DS.
    """
    cells = source.cells
    if not {"DSDECOD", "DSSTDY"} <= set(cells):
        return
    event = cells.get("DSCAT", cells["DSDECOD"]) == "DISPOSITION EVENT"
    kinds = _kinds(cells)
    found: dict[tuple[str, str], list[str]] = {}
    for (kind, text), rows in cells.groupby([kinds, cells["DSDECOD"]], sort=False):
        to = _milestone(str(kind), str(text), event=bool(event[rows.index].all()))
        if text and to:
            found.setdefault((to, str(kind)), []).append(str(text))
    for (to, kind), texts in found.items():
        where: dict[str, Any] = {"DSDECOD": texts[0] if len(texts) == 1 else texts}
        where |= {"DSSCAT": kind} if kind else {}
        rule = {"to": f"dispositions.{to}", "first_day": 1, "where": where}
        of = f" of the {kind.lower()}" if kind else ""
        why = (
            f"DSDECOD{of}{FIRST}{'' if (kinds != '').any() else _unsplit(cells[event])}"
        )
        yield Finding(("DSSTDY",), rule, why, "low")
        if to in REASONED:
            rule = {"to": f"reasons.{to}", "where": where}
            yield Finding(("DSDECOD",), rule, f"the reason of {to}", "low")


def dated(source: Source, kind: str) -> Iterator[Finding]:
    """Milestones that a file of participants has as dates.

    Args:
        source: DM or ADSL.
        kind: which of them.
    """
    for column, to in DATES[kind].items():
        if column in source.cells:
            yield from date(source, column, to)
    ends = [name for name in ("EOSDT", "RFENDT") if name in source.cells]
    if ends and kind == "ADSL" and "EOSSTT" in source.cells:
        yield from _ended(source, ends[0])


def date(source: Source, column: str, to: str) -> Iterator[Finding]:
    """A column of dates by its name; partial ones are marked, because they are rejected.

    Args:
        source: a dataset of CDISC.
        column: its name.
        to: target of the dates.
    """
    filled = source.cells[column][source.cells[column] != ""]
    if filled.empty:
        return
    partial = int(dates(filled, ISO).isna().sum())
    rule: dict[str, Any] = {"to": to, "format": ISO}
    why = NAMED
    if partial:
        why += (
            f"; {partial} of {counted(len(filled), 'date')} {agreeing(partial, 'is')} not "
            "complete and will be rejected: state under `values` what each means, or list "
            "it under `missing`"
        )
    yield Finding((column,), rule, why, "low" if partial else "high")


def _ended(source: Source, column: str) -> Iterator[Finding]:
    """End of the study, by its status in ADSL."""
    cells = source.cells
    for text in cells["EOSSTT"].unique():
        to = ENDED.get(str(text).upper())
        if to is None:
            continue
        where = {"EOSSTT": str(text)}
        for found in date(source, column, f"dispositions.{to}"):
            rule = {**found.rule, "where": where}
            yield Finding((column,), rule, "end of the study, by EOSSTT", "low")
        if to in REASONED and "DCSREAS" in cells:
            rule = {"to": f"reasons.{to}", "where": where}
            yield Finding(("DCSREAS",), rule, f"the reason of {to}", "low")


def _kinds(cells: pd.DataFrame) -> pd.Series[Any]:
    """What each row is about: DSSCAT where it separates treatment and study."""
    if "DSSCAT" not in cells or not any(map(_of_treatment, cells["DSSCAT"].unique())):
        return pd.Series("", index=cells.index)
    return cells["DSSCAT"]


def _of_treatment(text: str) -> bool:
    return "TREATMENT" in str(text).upper()


def _milestone(kind: str, text: str, *, event: bool) -> str | None:
    """The milestone of rows of DS; None if they state none."""
    if event and _of_treatment(kind):
        done = text == "COMPLETED"
        return "treatment-completed" if done else "treatment-discontinued"
    return MILESTONES.get(text, "study-withdrawn" if event else None)


def _unsplit(events: pd.DataFrame) -> str:
    """A caution where participants have several ends and no column separates them."""
    if not events["USUBJID"].duplicated().any():
        return ""
    return (
        "; participants have several disposition events: state in `where` which of them "
        "are the end of the study, and which the end of the treatment"
    )
