"""Tables of who took part: baseline, analysis sets, deviations, exposure, follow-up."""

from __future__ import annotations

from equipoise.analyze.baseline import EVERYBODY
from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.model import Protocol
from equipoise.report.cells import Cell, number, score_label
from equipoise.report.content import Lookup, Row, Table, share


def baseline_table(protocol: Protocol, results: Results) -> Table:
    """Who was randomized, by arm and together; no tests (CONSORT 2025, item 24)."""
    find = Lookup(results)
    groups = [*(arm.id for arm in protocol.arms), EVERYBODY]
    rows: list[Row] = []
    for part in protocol.characteristics:
        if not part.baseline_table:
            continue
        if part.type == "number":
            unit = f", {part.unit}" if part.unit else ""
            rows.append(_mean_sd(find, part.id, f"{part.label}{unit}", groups))
            continue
        rows.append((f"{part.label}, n (%)", ((Cell(""),),) * len(groups)))
        for level in part.values:
            label = f"\u2003{part.labels.get(level, level)}"
            cells = tuple(
                (
                    number(find(f"baseline.{part.id}.count.{level}.{g}"), digits=0),
                    Cell(" ("),
                    number(find(f"baseline.{part.id}.percent.{level}.{g}"), digits=0),
                    Cell(")"),
                )
                for g in groups
            )
            rows.append((label, cells))
    scores = dict.fromkeys(
        e.variable.score for e in protocol.endpoints if e.type == "continuous"
    )
    rows += [
        _mean_sd(find, score, score_label(protocol, score), groups)
        for score in scores
        if score is not None
    ]
    heads = [f"{arm.label} (n = {_n(find, arm.id)})" for arm in protocol.arms]
    return Table(
        "baseline",
        "Participants at baseline",
        ("", *heads, "All"),
        tuple(rows),
        "Mean (SD) unless stated. No tests: differences at baseline are due to chance.",
    )


def exposure_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants by number of infusions received."""
    found = results.select(endpoint="exposure")
    if not found:
        return None
    steps: dict[str, list[Estimate]] = {}
    for row in found:
        steps.setdefault(str(row.note), []).append(row)
    rows = tuple(
        (label, tuple((number(row, digits=0),) for row in cells))
        for label, cells in steps.items()
    )
    heads = [arm.label for arm in protocol.arms]
    return Table("exposure", "Infusions received", ("Participants with", *heads), rows)


def _mean_sd(find: Lookup, name: str, label: str, groups: list[str]) -> Row:
    cells = tuple(
        (
            number(find(f"baseline.{name}.mean.{g}"), digits=1),
            Cell(" ("),
            number(find(f"baseline.{name}.sd.{g}"), digits=1),
            Cell(")"),
        )
        for g in groups
    )
    return label, cells


def _n(find: Lookup, arm: str) -> str:
    row = find(f"flow.allocated.{arm}")
    return "–" if row is None else str(row.n)


def sets_table(protocol: Protocol, results: Results) -> Table:
    """Participants of each analysis set."""
    find = Lookup(results)
    rows = tuple(
        (
            part.label,
            tuple(share(find(f"sets.{part.id}.{arm.id}")) for arm in protocol.arms),
        )
        for part in protocol.analysis_sets
    )
    return Table(
        "analysis-sets",
        "Analysis sets",
        ("Set", *(f"{arm.label}, n/randomized" for arm in protocol.arms)),
        rows,
        "By the arm as analyzed. Who is not in a set, and why, stands in the listings.",
    )


def deviations_table(protocol: Protocol, results: Results) -> Table:
    """Participants with each kind of deviation that the data show."""
    kinds: dict[str, list[Estimate]] = {}
    for row in results.select(endpoint="deviations"):
        kinds.setdefault(str(row.note), []).append(row)
    rows = tuple(
        (f"{name[0].upper()}{name[1:]}", tuple(share(row) for row in found))
        for name, found in kinds.items()
    )
    return Table(
        "deviations",
        "Participants with protocol deviations",
        ("Kind", *(f"{arm.label}, n/N" for arm in protocol.arms)),
        rows,
        "What the data show; a dash where they cannot. Criteria that an investigator "
        "attests to are not in them.",
    )


def follow_up_table(protocol: Protocol, results: Results) -> Table:
    """How long participants were followed."""
    find = Lookup(results)

    def quartiles(arm: str) -> tuple[Cell, ...]:
        return (
            number(find(f"follow-up.median.{arm}"), digits=0),
            Cell(" ("),
            number(find(f"follow-up.lower-quartile.{arm}"), digits=0),
            Cell(" to "),
            number(find(f"follow-up.upper-quartile.{arm}"), digits=0),
            Cell(")"),
        )

    arms = [arm.id for arm in protocol.arms]
    rows: tuple[Row, ...] = (
        ("Days since day 0, median (quartiles)", tuple(quartiles(arm) for arm in arms)),
        (
            "Person-weeks in all",
            tuple((number(find(f"follow-up.total.{arm}"), digits=1),) for arm in arms),
        ),
    )
    heads = [arm.label for arm in protocol.arms]
    return Table("follow-up", "Extent of follow-up", ("", *heads), rows)


def infusions_table(protocol: Protocol, results: Results) -> Table | None:
    """Each infusion: who received it, the dose, interruptions."""
    find = Lookup(results)
    numbers = sorted(
        {int(r.statistic or 0) for r in results.select(endpoint="infusions")}
    )
    if not numbers:
        return None
    rows: list[Row] = []
    for k in numbers:
        cells: list[tuple[Cell, ...]] = []
        for arm in protocol.arms:
            at = f"{k}.{arm.id}"
            cells.append(share(find(f"infusions.given.{at}")))
            cells.append(
                (
                    number(find(f"infusions.dose-mean.{at}"), digits=1),
                    Cell(" ("),
                    number(find(f"infusions.dose-sd.{at}"), digits=1),
                    Cell(")"),
                )
            )
            cells.append((number(find(f"infusions.interrupted.{at}"), digits=0),))
        rows.append((f"Infusion {k}", tuple(cells)))
    heads = [
        f"{arm.label}, {what}"
        for arm in protocol.arms
        for what in ("given", "mg, mean (SD)", "interrupted")
    ]
    return Table("infusions", "Exposure by infusion", ("", *heads), tuple(rows))
