"""Who the participants were, by arm and together."""

from __future__ import annotations

from equipoise.analyze.baseline import EVERYBODY
from equipoise.analyze.result import Results
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import Characteristic
from equipoise.report.cells import Cell, Cells, in_brackets, number, score_label, words
from equipoise.report.table import Lookup, Row, Table


def baseline_table(protocol: Protocol, results: Results) -> Table:
    """Characteristics and baseline scores of the randomized; no tests.

    Source: Hopewell et al. 2025, CONSORT 2025 statement, BMJ 389:e081123: a table of
    baseline data for each group, without significance tests.
    """
    find = Lookup(results)
    groups = [*(arm.id for arm in protocol.arms), EVERYBODY]
    rows: list[Row] = []
    for part in protocol.characteristics:
        if part.baseline_table:
            kind = _numeric if part.type == "number" else _category
            rows += kind(find, part, groups)
    scores = [e.variable.score for e in protocol.endpoints if e.variable.score]
    for score in dict.fromkeys(scores):
        label = f"{score_label(protocol, score)}, mean (SD)"
        rows.append(Row(label, tuple(_mean_sd(find, score, g) for g in groups)))
        rows += _unrecorded(find, score, groups)
    heads = [
        (Cell(f"{arm.label} (n = "), _n(find, f"flow.allocated.{arm.id}"), Cell(")"))
        for arm in protocol.arms
    ]
    everybody = (Cell("All (n = "), _n(find, "flow.randomized"), Cell(")"))
    return Table(
        "baseline",
        "Participants at baseline",
        (words("Characteristic"), *heads, everybody),
        tuple(rows),
        (
            "All randomized participants. There are no tests: whatever differs at "
            "baseline after randomization differs by chance.",
        ),
    )


def _n(find: Lookup, name: str) -> Cell:
    return number(find(name), "n", 0)


def _numeric(find: Lookup, part: Characteristic, groups: list[str]) -> list[Row]:
    unit = f", {part.unit}" if part.unit else ""
    means = tuple(_mean_sd(find, part.id, group) for group in groups)
    return [
        Row(f"{part.label}{unit}, mean (SD)", means),
        Row(
            "median (quartiles)",
            tuple(_median(find, part.id, group) for group in groups),
            indent=True,
        ),
        *_unrecorded(find, part.id, groups),
    ]


def _category(find: Lookup, part: Characteristic, groups: list[str]) -> list[Row]:
    rows = [Row(f"{part.label}, n (%)", ((),) * len(groups))]
    for level in part.values:
        cells = tuple(
            in_brackets(
                number(find(f"baseline.{part.id}.count.{level}.{g}"), digits=0),
                number(find(f"baseline.{part.id}.percent.{level}.{g}"), digits=0),
            )
            for g in groups
        )
        rows.append(Row(part.labels.get(level, level), cells, indent=True))
    return [*rows, *_unrecorded(find, part.id, groups)]


def _mean_sd(find: Lookup, name: str, group: str) -> Cells:
    return in_brackets(
        number(find(f"baseline.{name}.mean.{group}"), digits=1),
        number(find(f"baseline.{name}.sd.{group}"), digits=1),
    )


def _median(find: Lookup, name: str, group: str) -> Cells:
    middle, low, high = (
        number(find(f"baseline.{name}.{kind}.{group}"), digits=1)
        for kind in ("median", "q1", "q3")
    )
    return in_brackets(middle, low, Cell(" to "), high)


def _unrecorded(find: Lookup, name: str, groups: list[str]) -> list[Row]:
    """A row that says of how many it is not known, if of anybody."""
    found = [find(f"baseline.{name}.missing.{group}") for group in groups]
    if not any(row is not None and row.estimate for row in found):
        return []
    cells = tuple((number(row, digits=0),) for row in found)
    return [Row("not recorded, n", cells, indent=True)]
