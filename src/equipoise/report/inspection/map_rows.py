"""Rows of the completeness map: each participant, or groups of the same pattern."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from equipoise.errors.counted import agreeing, counted
from equipoise.report.inspection.completeness import (
    STATE_LABELS,
    STATES,
    planned,
    subject_label,
)
from equipoise.report.inspection.findings import Findings

MOST_ROWS = 60  # participants drawn one by one
MOST_PATTERNS = 40
SIGNS = {
    "complete": "complete",
    "partial": "partial",
    "reason": "reason",
    "absent": "absent",
    "not looked at": "blank",
}
Box = tuple[str, float, str]


def map_columns(table: pd.DataFrame, findings: Findings) -> list[tuple[str, str]]:
    """Visit and subject of each column, in the order of the schedule."""
    once = table[["visit", "subject"]].drop_duplicates()
    pairs = list(zip(once["visit"], once["subject"], strict=True))
    visits = [visit.id for visit in findings.protocol.schedule.visits]
    plan = {(p.visit, p.subject): n for n, p in enumerate(planned(findings.protocol))}

    def place(pair: tuple[str, str]) -> tuple[int, int]:
        visit = visits.index(pair[0]) if pair[0] in visits else len(visits)
        return visit, plan.get(pair, len(plan))

    return sorted(pairs, key=place)


def column_labels(columns: Sequence[tuple[str, str]], findings: Findings) -> list[str]:
    """``Day 1: MADRS`` for each column."""
    visits = {visit.id: visit.label for visit in findings.protocol.schedule.visits}
    return [
        f"{visits.get(visit, visit)}: {subject_label(findings.protocol, subject)}"
        for visit, subject in columns
    ]


def map_rows(
    table: pd.DataFrame, columns: Sequence[tuple[str, str]], labels: Sequence[str]
) -> tuple[list[str], list[list[Box]]]:
    """The rows of the map with their boxes.

    Up to 60 participants have a row each. More are counted by pattern: participants with
    the same states share a row, the most frequent pattern first, and rare patterns share
    the last row, in which a darker box means that more of them have a value.
    """
    people = sorted(table["participant"].astype(str).unique())
    row_of = {name: n for n, name in enumerate(people)}
    states = np.full((len(people), len(columns)), -1)
    rows = table["participant"].astype(str).map(row_of).to_numpy()
    if len(rows):
        places = pd.MultiIndex.from_tuples(columns)
        at = places.get_indexer(pd.MultiIndex.from_frame(table[["visit", "subject"]]))
        numbers = table["state"].map({s: n for n, s in enumerate(STATES)}).to_numpy()
        states[rows, at] = numbers
    if len(people) <= MOST_ROWS:
        named = [_boxes(line, labels) for line in states]
        return people, named
    return _patterns(states, labels)


def _boxes(line: np.ndarray, labels: Sequence[str]) -> list[Box]:
    return [
        (SIGNS[STATES[n]], 1.0, f"{label}: {STATE_LABELS[STATES[n]]}")
        if n >= 0
        else ("", 0.0, "")
        for n, label in zip(line, labels, strict=True)
    ]


def _patterns(
    states: np.ndarray,
    labels: Sequence[str],
) -> tuple[list[str], list[list[Box]]]:
    found, group, counts = np.unique(
        states, axis=0, return_inverse=True, return_counts=True
    )
    order = np.argsort(-counts, kind="stable")
    shown = order if len(order) <= MOST_PATTERNS else order[: MOST_PATTERNS - 1]
    names = [counted(int(counts[n]), "participant") for n in shown]
    boxes = [_boxes(found[n], labels) for n in shown]
    rest = ~np.isin(group.reshape(-1), shown)
    if rest.any():
        others = states[rest]
        names.append(f"{counted(len(others), 'participant')}, other patterns")
        boxes.append([_mixed(others[:, n], label) for n, label in enumerate(labels)])
    return names, boxes


def _mixed(states: np.ndarray, label: str) -> Box:
    """Several participants in one box: darker where more of them have a value."""
    known = states[states >= 0]
    if not len(known):
        return "", 0.0, ""
    having = int(np.isin(known, (0, 1)).sum())
    hint = f"{label}: {having} of {len(known)} {agreeing(having, 'has')} a value"
    return ("complete", having / len(known), hint) if having else ("absent", 1.0, hint)
