"""Summary table of protocol deviations."""

from __future__ import annotations

from equipoise.analyze.population.deviation import RATING
from equipoise.analyze.population.deviations import UNKNOWN, kind_label
from equipoise.analyze.population.not_due import LABELS
from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.labels import instrument_label
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Lookup, Table
from equipoise.report.by_arm import ArmTable, Column
from equipoise.report.chapters.participants import placed
from equipoise.report.chapters.population_tables import count_of, number_of
from equipoise.report.table_cells import lowered


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
        silent = _reasons(rows)
        for why in silent:
            reasons.setdefault(why, []).append(_label(protocol, results, kind))
        if (
            not silent
            and kind.startswith(RATING)
            and not any(row.estimate for row in rows)
        ):
            complete.append(instrument_label(protocol, kind.removeprefix(RATING)))
            continue
        if all(row.estimate == 0 for row in rows):
            nobody.append(lowered(_label(protocol, results, kind)))
            continue
        table.row(
            _label(protocol, results, kind),
            count=count_of(find, f"deviations.{kind}"),
            unknown=number_of(find, f"deviations.{kind}{UNKNOWN}"),
        )
    notes = [f"In no participant: {'; '.join(nobody)}."] if nobody else []
    if unclear:
        notes.append(
            "Not known: participants without a recorded deviation of the kind, in whom a "
            "value needed to identify one is not recorded."
        )
    notes += [
        "–: not known. Visits, ratings and infusions are counted from "
        "the schedule. Criteria that an investigator attests to are not in the data.",
    ]
    if complete:
        names = ", ".join(complete)
        notes.append(f"Complete ratings and scores at every visit held: {names}.")
    notes += [
        f"Not known, because {why}: {'; '.join(kinds)}."
        for why, kinds in reasons.items()
    ]
    notes.append(_not_due(table, results))
    result = table.made(
        "deviations", "Participants with protocol deviations", " ".join(notes)
    )
    return placed(protocol, find, result)


def _label(protocol: Protocol, results: Results, kind: str) -> str:
    """Label of a kind; where the data cannot show it at some visits, of the others."""
    label = kind_label(protocol, kind)
    single = any(other.startswith(f"{kind}.") for other in _kinds(results))
    return f"{label}, at the other visits" if single else label


def _reasons(rows: list[Estimate]) -> list[str]:
    """Why a kind is not known in an arm, each reason once."""
    why = [str(row.note).partition(": not known, ")[2] for row in rows]
    return list(dict.fromkeys(text for text in why if text))


def _not_due(table: ArmTable, results: Results) -> str:
    """Adds the rows of what is not counted as a deviation; the rule as text."""
    find = Lookup(results)
    kinds = [kind for kind in LABELS if find(f"not-due.{kind}.{table.arms[0]}")]
    if kinds:
        table.heading("Not counted as deviations")
    for kind in kinds:
        table.row(f"\u2003{LABELS[kind]}", count=count_of(find, f"not-due.{kind}"))
        number = number_of(find, f"not-due.{kind}s")
        table.row(f"\u2003\u2003{kind.capitalize()}s, n", count=number)
    text = (
        "This table counts participants; the tables of attendance and of exposure count "
        "each visit and each infusion. No infusion is due after discontinuation of "
        "treatment, and no visit after the participant left the study; one planned on the "
        "same day counts as after."
    )
    if "infusion" in kinds:
        text += " The visit of an infusion counts as an infusion, not as a visit."
    if any(row.estimate is None for row in results.select(endpoint="not-due")):
        text += (
            " – there: the data hold no record of disposition; a missing visit or "
            "infusion may have been planned after the participant left."
        )
    return text


def _kinds(results: Results) -> dict[str, list[Estimate]]:
    """Estimates of each kind, in the order of the results; with those not known."""
    found: dict[str, list[Estimate]] = {}
    for row in results.select(endpoint="deviations"):
        kind = row.id.removeprefix("deviations.").removesuffix(f".{row.contrast}")
        found.setdefault(kind.removesuffix(UNKNOWN), []).append(row)
    return found
