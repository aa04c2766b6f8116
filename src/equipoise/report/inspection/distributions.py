"""The distribution of every number and code, with impossible and unlikely values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

import numpy as np
import pandas as pd

from equipoise.protocol.labels import instrument_label
from equipoise.protocol.vital_sign_names import POSSIBLE, vital_sign
from equipoise.report.inspection.findings import Findings

ENOUGH = 20  # values from which an unlikely one is looked for
FENCE = 3.0  # interquartile ranges beyond the quartiles: "far out" (Tukey 1977)
WHERE = ["participant", "visit", "timepoint_min"]
PLACES = ["file", "row", "column"]


@dataclass(frozen=True)
class Distribution:
    """The values of one score, item, measurement or characteristic.

    Attributes:
        group: heading under which it is shown.
        label: what it is.
        values: with ``participant``, ``visit`` and ``timepoint_min``, where it has them.
        low: lowest possible value; -inf if it is not known.
        high: highest possible value; inf if it is not known.
        allowed: every possible value, where only these are possible; else empty.
        whole: whether only whole numbers are possible.
        key: columns of the cells that hold these values, for their rows in the files.
    """

    group: str
    label: str
    values: pd.DataFrame
    low: float = -inf
    high: float = inf
    allowed: tuple[float, ...] = ()
    whole: bool = False
    key: tuple[tuple[str, str], ...] = ()

    @property
    def numbers(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The values without the missing ones."""
        return self.values["value"].dropna().to_numpy("float64")

    @property
    def impossible(self) -> pd.Series[Any]:
        """Whether each value is outside of what is possible."""
        value = self.values["value"]
        wrong = (value < self.low) | (value > self.high)
        if self.allowed:
            wrong |= ~value.isin(self.allowed)
        marked: pd.Series[Any] = (wrong & value.notna()).astype(bool)
        return marked

    @property
    def unlikely(self) -> pd.Series[Any]:
        """Whether each value is possible, but far from all others.

        Source: Tukey 1977, *Exploratory data analysis*: beyond the outer fences, three
        interquartile ranges from the quartiles.
        """
        value = self.values["value"].astype(float)
        none = pd.Series(False, index=value.index)
        if len(self.numbers) < ENOUGH or self.allowed:
            return none
        first, third = np.quantile(self.numbers, [0.25, 0.75])
        width = FENCE * (third - first)
        if width <= 0:
            return none
        far = (value < first - width) | (value > third + width)
        marked: pd.Series[Any] = far.fillna(False) & ~self.impossible
        return marked


@dataclass(frozen=True)
class Counts:
    """The codes of a characteristic or event, with the participants or rows of each."""

    group: str
    label: str
    counts: tuple[tuple[str, int], ...]
    note: str = ""


def distributions(findings: Findings) -> list[Distribution]:
    """Every distribution of numbers, in the order of the protocol."""
    found = [
        *_scores(findings),
        *_items(findings),
        *_measurements(findings),
        *_characteristics(findings),
        *_infusions(findings),
    ]
    return [part for part in found if len(part.numbers)]


def _scores(findings: Findings) -> Iterator[Distribution]:
    scales = findings.protocol.scales
    for (instrument, name), rows in findings.scores.groupby(["instrument", "score"]):
        scale = scales.get(str(instrument))
        score = None if scale is None else scale.scores.get(str(name))
        if scale is None or score is None:
            continue
        key = (("instrument", str(instrument)), ("score", str(name)))
        label = f"{instrument_label(findings.protocol, str(instrument))}: {score.label}"
        values = rows[[*WHERE, "value"]].reset_index(drop=True)
        yield Distribution("Scores", label, values, *score.range, key=key)


def _items(findings: Findings) -> Iterator[Distribution]:
    protocol = findings.protocol
    answers = findings.tables["answers"]
    by_item = dict(list(answers.groupby(["instrument", "item"])))
    for instrument, scale in protocol.scales.items():
        for item in scale.items.values():
            rows = by_item.get((instrument, item.id))
            if rows is None:
                continue
            yield Distribution(
                f"Items of {instrument_label(protocol, instrument)}",
                f"{item.id} {item.label}" if item.id != item.label else item.id,
                rows[[*WHERE, "value"]].reset_index(drop=True),
                low=float(item.range[0]),
                high=float(item.range[1]),
                allowed=tuple(map(float, item.allowed)),
                whole=True,
                key=(("instrument", instrument), ("item", item.id)),
            )


def _measurements(findings: Findings) -> Iterator[Distribution]:
    table = findings.tables["measurements"]
    for (name, unit), rows in table.groupby(["name", "unit"], dropna=False):
        code = str(name)
        low, high, digits = POSSIBLE.get(code, (-inf, inf, 1))
        stated = str(unit) if isinstance(unit, str) else None
        yield Distribution(
            "Measurements",
            vital_sign(code, stated)
            if code in POSSIBLE
            else f"{code} ({stated or '–'})",
            rows[[*WHERE, "value"]].reset_index(drop=True),
            low,
            high,
            whole=digits == 0,
            key=(("name", code),),
        )


def _characteristics(findings: Findings) -> Iterator[Distribution]:
    people = findings.tables["participants"]
    for part in findings.protocol.characteristics:
        if part.type != "number":
            continue
        values = _placeless(people[["participant"]], people[part.id])
        label = f"{part.label} ({part.unit})" if part.unit else part.label
        low = -inf if part.min is None else part.min
        high = inf if part.max is None else part.max
        key = (("table", "participants"), ("field", part.id))
        yield Distribution("Characteristics", label, values, low, high, key=key)


def _infusions(findings: Findings) -> Iterator[Distribution]:
    table = findings.tables["exposures"]
    for name, label, unblinds in (
        ("dose_mg", "Dose (mg)", True),
        ("weight_kg", "Body weight used (kg)", False),
    ):
        if unblinds and not findings.unblinded:
            continue
        values = _placeless(table[["participant", "visit"]], table[name])
        key = (("table", "exposures"), ("field", name))
        yield Distribution("Infusions", label, values, low=0.0, key=key)


def _placeless(rows: pd.DataFrame, values: pd.Series[Any]) -> pd.DataFrame:
    """Values that have no minute, and perhaps no visit."""
    none = pd.Series(pd.NA, index=rows.index)
    visit = rows["visit"] if "visit" in rows else none.astype("string")
    return rows.assign(visit=visit, timepoint_min=none.astype("Int64"), value=values)


def marked_values(findings: Findings, parts: list[Distribution]) -> pd.DataFrame:
    """Every impossible and unlikely value, with its row in the files if it is known.

    Returns:
        ``what, kind, value, allowed, participant, visit, timepoint_min, file, row,
        column``.
    """
    found = []
    for part in parts:
        for kind, marks in (
            ("impossible", part.impossible),
            ("unlikely", part.unlikely),
        ):
            if marks.any():
                rows = _placed(part.values[marks], part.key, findings.cells)
                rows = rows.astype(
                    object
                )  # parts have other types where all is missing
                about = {"what": part.label, "kind": kind, "allowed": limits(part)}
                found.append(rows.assign(**about))
    columns = ["what", "kind", "value", "allowed", *WHERE, *PLACES]
    if not found:
        return pd.DataFrame({name: [] for name in columns})
    return pd.concat(found, ignore_index=True).reindex(columns=columns)


def _placed(
    rows: pd.DataFrame, key: tuple[tuple[str, str], ...], cells: pd.DataFrame | None
) -> pd.DataFrame:
    """Rows with the file, row and column of each value."""
    if cells is None or cells.empty:
        return rows
    mine = cells
    for name, value in key:
        mine = mine[mine[name] == value]
    texts = dict.fromkeys(WHERE, "string")
    places = mine[[*WHERE, *PLACES]].astype(texts)
    on = (
        WHERE if places["visit"].notna().any() and rows["visit"].notna().any() else None
    )
    on = on or ["participant"]
    places = places.drop_duplicates(on)[[*on, *PLACES]]
    return rows.astype(texts).merge(places, how="left", on=on)


def limits(part: Distribution) -> str:
    """``0 to 60``; ``at least 0``; ``not stated``."""
    low, high = part.low, part.high
    if part.allowed and len(part.allowed) != int(high - low) + 1:
        return ", ".join(f"{value:g}" for value in part.allowed)
    if isfinite(low) and isfinite(high):
        return f"{low:g} to {high:g}"
    if isfinite(low):
        return f"at least {low:g}"
    return f"at most {high:g}" if isfinite(high) else "not stated"


def counts(findings: Findings) -> list[Counts]:
    """Codes of characteristics, and of the tables that have codes."""
    people, protocol = findings.tables["participants"], findings.protocol
    found = []
    for part in protocol.characteristics:
        if part.type == "category" and people[part.id].notna().any():
            values = people[part.id].dropna()
            known = [
                (part.labels.get(v, v), int((values == v).sum())) for v in part.values
            ]
            other = values[~values.isin(part.values)]
            rest = [("not allowed", len(other))] if len(other) else []
            shown = tuple((label, n) for label, n in (*known, *rest) if n)
            found.append(Counts("Characteristics", part.label, shown))
    if findings.unblinded:
        arms = people["arm"].dropna()
        known = [(arm.label, int((arms == arm.id).sum())) for arm in protocol.arms]
        strange = arms[~arms.isin([arm.id for arm in protocol.arms])]
        rest = [("not an arm of the protocol", len(strange))] if len(strange) else []
        none = int(people["arm"].isna().sum())
        rest += [("no arm in the data", none)] if none else []
        found.append(
            Counts("Characteristics", "Arm", tuple(k for k in (*known, *rest)))
        )
    found += _codes(findings)
    return found


def _codes(findings: Findings) -> Iterator[Counts]:
    """Codes of adverse events, dispositions and visits; never their free text."""
    for table, column, label in (
        ("visits", "status", "Visit status (stated, or from the data of the visit)"),
        ("events", "severity", "Severity of adverse events"),
        ("events", "serious", "Serious adverse events"),
        ("events", "related", "Related adverse events"),
        ("dispositions", "milestone", "Disposition"),
    ):
        values = findings.tables[table][column]
        if not values.notna().any():
            continue
        shown = [(_plain(v), int(n)) for v, n in values.value_counts().items()]
        empty = int(values.isna().sum())
        shown += [("not recorded", empty)] if empty else []
        yield Counts("Codes", label, tuple(shown))


def _plain(value: object) -> str:
    return (
        {True: "yes", False: "no"}.get(value, str(value))
        if isinstance(value, bool)
        else str(value)
    )
