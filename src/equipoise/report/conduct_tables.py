"""What happened to the participants: disposition, exposure and adverse events."""

from __future__ import annotations

from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.model import Protocol
from equipoise.report.cells import Cell, Cells, in_brackets, number, words
from equipoise.report.table import Lookup, Row, Table

STEPS = {
    "allocated": "Allocated to the arm",
    "received": "Received the treatment",
    "discontinued": "Stopped the treatment early",
    "lost": "Left the study early",
    "analysed": "Analysed for the primary endpoint",
}


def disposition_table(protocol: Protocol, results: Results) -> Table:
    """Each step of the flow by arm, with the reasons for leaving it."""
    find = Lookup(results)
    rows: list[Row] = []
    for step, label in STEPS.items():
        found = [find(f"flow.{step}.{arm.id}") for arm in protocol.arms]
        rows.append(Row(label, tuple(_count(row) for row in found)))
        rows += _reasons(protocol, results, step)
    return Table(
        "disposition",
        "Disposition",
        (words("Participants, n"), *(words(arm.label) for arm in protocol.arms)),
        tuple(rows),
        ("Reasons as they were recorded.",) if any(r.indent for r in rows) else (),
    )


def exposure_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants by number of infusions received, and the dose where it is known."""
    found = results.select(endpoint="exposure")
    if not found:
        return None
    steps: dict[str, list[Estimate]] = {}
    for row in found:
        steps.setdefault(str(row.note), []).append(row)
    rows = [
        Row(label, tuple(_share(row) for row in cells))
        for label, cells in steps.items()
    ]
    find = Lookup(results)
    if results.select(endpoint="dose"):
        doses = tuple(
            in_brackets(
                number(find(f"dose.mean.{arm.id}"), digits=1),
                number(find(f"dose.sd.{arm.id}"), digits=1),
            )
            for arm in protocol.arms
        )
        rows.append(Row("Amount per infusion, mg, mean (SD)", doses))
    return Table(
        "exposure",
        "Infusions received",
        (words("Participants with"), *_heads(protocol)),
        tuple(rows),
    )


def events_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants with each adverse event, by arm; the most frequent term first."""
    terms: dict[str, list[Estimate]] = {}
    for row in results.select(endpoint="events"):
        terms.setdefault(str(row.note), []).append(row)
    if not terms:
        return None
    return Table(
        "adverse-events",
        "Adverse events by term",
        (words("Term"), *_heads(protocol)),
        tuple(
            Row(term, tuple(_share(row) for row in found))
            for term, found in terms.items()
        ),
        ("A participant counts once for each term. Terms as they were recorded.",),
    )


def _heads(protocol: Protocol) -> list[Cells]:
    return [words(f"{arm.label}, n/N (%)") for arm in protocol.arms]


def _count(row: Estimate | None) -> Cells:
    if row is None or row.estimate is None:
        return (Cell("not recorded"),)
    return (number(row, digits=0),)


def _share(row: Estimate) -> Cells:
    count, n = number(row, digits=0), number(row, "n", 0)
    return (count, Cell("/"), *in_brackets(n, number(row, "percent", 0)))


def _reasons(protocol: Protocol, results: Results, step: str) -> list[Row]:
    """One row for each reason of any arm; a cell is empty where nobody gave it."""
    counts: dict[str, dict[str, Estimate]] = {}
    for arm in protocol.arms:
        for row in results.select(endpoint="flow", contrast=arm.id):
            if row.id.startswith(f"flow.{step}.{arm.id}.reason-"):
                counts.setdefault(str(row.note), {})[arm.id] = row
    return [
        Row(
            reason,
            tuple(
                (number(by_arm[arm.id], digits=0),) if arm.id in by_arm else ()
                for arm in protocol.arms
            ),
            indent=True,
        )
        for reason, by_arm in counts.items()
    ]
