"""The summary of protocol deviations."""

from __future__ import annotations

from equipoise.analyze.population.deviation import RATING
from equipoise.analyze.population.deviations import UNKNOWN, kind_label
from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.labels import instrument_label
from equipoise.protocol.model import Protocol
from equipoise.report.by_arm import ArmTable, Column
from equipoise.report.cells import lowered
from equipoise.report.chapters.participants import placed
from equipoise.report.chapters.population_tables import count_of, number_of
from equipoise.report.content import Lookup, Table


def deviations_table(protocol: Protocol, results: Results) -> Table:
    """Participants with each kind of deviation, and those of whom it is not known."""
    find = Lookup(results)
    unclear = any(
        row.estimate
        for rows in _kinds(results).values()
        for row in rows
        if f"{UNKNOWN}." in row.id
    )
    columns = [Column("n/N (%)", "count")]
    if unclear:
        columns.append(Column("not known, n", "unknown"))
    arms = [arm.id for arm in protocol.arms]
    table = ArmTable(protocol, arms, columns, first="Kind")
    complete: list[str] = []
    nobody: list[str] = []
    reasons: dict[str, list[str]] = {}
    for kind, rows in _kinds(results).items():
        if all(row.estimate is None for row in rows):
            why = str(rows[0].note).partition(": not known, ")[2]
            reasons.setdefault(why, []).append(kind_label(protocol, kind))
        elif kind.startswith(RATING) and not any(row.estimate for row in rows):
            complete.append(instrument_label(protocol, kind.removeprefix(RATING)))
            continue
        elif all(row.estimate == 0 for row in rows):
            nobody.append(lowered(kind_label(protocol, kind)))
            continue
        table.row(
            kind_label(protocol, kind),
            count=count_of(find, f"deviations.{kind}"),
            unknown=number_of(find, f"deviations.{kind}{UNKNOWN}"),
        )
    notes = [f"No participant: {'; '.join(nobody)}."] if nobody else []
    if unclear:
        notes.append(
            "Not known: participants without a deviation of the kind in whom a value that "
            "is needed to tell is not recorded."
        )
    notes += [
        "–: not known. Visits, ratings and infusions are counted from "
        "the schedule. Criteria that an investigator attests to are not in the data.",
    ]
    if complete:
        notes.append(f"Rated at every visit held: {', '.join(complete)}.")
    notes += [
        f"Not known, because {why}: {'; '.join(kinds)}."
        for why, kinds in reasons.items()
    ]
    made = table.made(
        "deviations", "Participants with protocol deviations", " ".join(notes)
    )
    return placed(protocol, find, made)


def _kinds(results: Results) -> dict[str, list[Estimate]]:
    """Estimates of each kind, in the order of the results; with those not known."""
    found: dict[str, list[Estimate]] = {}
    for row in results.select(endpoint="deviations"):
        kind = row.id.removeprefix("deviations.").removesuffix(f".{row.contrast}")
        found.setdefault(kind.removesuffix(UNKNOWN), []).append(row)
    return found
