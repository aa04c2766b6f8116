"""Toxicity grades of laboratory results by test, period and arm."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyze.result import Results
from equipoise.analyze.safety.laboratory import AFTER, BEFORE, GRADES, TOPIC, UNKNOWN
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Block, Lookup
from equipoise.report.by_arm import ArmTable, Column
from equipoise.report.chapters.counts import count, of_arm, placed

GROUP = "14.3.4"
PERIODS = {
    BEFORE: "last before the first infusion",
    AFTER: "highest after the start of the first infusion",
    UNKNOWN: "highest, time not known",
}


def laboratory_blocks(protocol: Protocol, results: Results) -> Iterator[Block]:
    """A row for each grade of a test and period that a participant had."""
    find, rows = Lookup(results), results.select(endpoint=TOPIC)
    if not rows:
        return
    arms = [arm.id for arm in protocol.arms]
    table = ArmTable(protocol, arms, (Column("n/N (%)"),), first="Test, grade")
    labels = {row.id.split(".")[1]: str(row.note) for row in rows}
    for test, label in labels.items():
        for period, words in PERIODS.items():
            start = f"{TOPIC}.{test}.{period}"
            if find(f"{start}.grade-0.{arms[0]}") is None:
                continue
            table.heading(f"{label}: {words}")
            for grade in GRADES:
                of_grade = f"{start}.grade-{grade}"
                found = [find(f"{of_grade}.{arm}") for arm in arms]
                if any(row is not None and row.estimate for row in found):
                    table.row(
                        f"\u2003Grade {grade}",
                        of_arm(find, of_grade, lambda row: count(protocol, row)),
                    )
    note = (
        "Grades by the criteria that the form in the protocol specifies, calculated from "
        "the result and its reference range. N: participants with a graded result of the "
        "test in the period. Grades without participants are omitted. Results without a "
        "grade are omitted here and are in Listing 16.2.8.1."
    )
    title = "Laboratory results: toxicity grades"
    yield placed(table.made("laboratory-grades", title, note), GROUP, rows[0])
