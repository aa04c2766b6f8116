"""Tables of disposition, follow-up, visits, analysis sets and baseline."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from equipoise.analyze.population.baseline import EVERYBODY
from equipoise.analyze.quartiles import STATEMENTS
from equipoise.analyze.result import Results
from equipoise.protocol.labels import score_label
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Lookup, Table, counted
from equipoise.report.by_arm import ArmTable, Cells, Column
from equipoise.report.chapters.participants import (
    counted_as,
    entered,
    placed,
    randomized,
    set_label,
)
from equipoise.report.table_cells import Cell, decimals, number

STEPS = {  # step of the flow -> label
    "received": "Received the allocated treatment",
    "not-received": "Did not receive the allocated treatment",
    "discontinued": "Discontinued treatment",
    "treatment-end-unknown": "End of treatment not recorded",
    "completed": "Completed the study",
    "lost": "Lost to follow-up, withdrew or died",
    "study-end-unknown": "End of study not recorded",
    "rated": "Rated at the visit of the primary endpoint",
    "analysed": "Analyzed for the primary endpoint",
    "not-analysed": "Not analyzed for the primary endpoint",
}
ABSENT = {  # kind of a visit that was not held -> heading, sentence for none
    "missed": ("missed", "No visit was recorded as missed."),
    "unrecorded": ("not recorded", "Every visit that was due has a record."),
}
UNKNOWN = "Not recorded in the data: "


def count_of(find: Lookup, name: str) -> Callable[[str], Cells]:
    """Makes the cells of an arm from the count ``<name>.<arm>``: n/N (%)."""
    return lambda arm: counted(find(f"{name}.{arm}"))


def number_of(find: Lookup, name: str) -> Callable[[str], Cells]:
    """Makes the cell of an arm from the count ``<name>.<arm>``: n."""
    return lambda arm: (number(find(f"{name}.{arm}"), digits=0),)


def disposition_table(protocol: Protocol, results: Results) -> Table:
    """Each step of the flow by arm, with reasons (ICH E3 10.1)."""
    find = Lookup(results)
    arms = [arm.id for arm in protocol.arms]
    table = ArmTable(protocol, arms, (Column("n/N (%)"),))
    table.row(f"{counted_as(find)}, n", lambda arm: (entered(find, arm),))
    unknown = [] if randomized(find) else ["Randomized"]
    for step, label in STEPS.items():
        rows = [find(f"flow.{step}.{arm}") for arm in arms]
        if not any(rows):
            continue
        if all(row is None or row.estimate is None for row in rows):
            unknown.append(label)
        table.row(label, count_of(find, f"flow.{step}"))
        for text in _reasons(results, step):
            table.row(f"\u2003{text}", partial(_reason, results, step, text))
    note = f"{UNKNOWN}{'; '.join(unknown)}." if unknown else ""
    result = table.made("disposition", "Disposition of participants", note)
    return placed(protocol, find, result)


def _reasons(results: Results, step: str) -> list[str]:
    """Reasons of a step in any arm, each once."""
    return list(
        dict.fromkeys(
            str(row.note)
            for row in results.select(endpoint="flow")
            if row.contrast and row.id.startswith(f"flow.{step}.{row.contrast}.reason-")
        )
    )


def _reason(results: Results, step: str, text: str, arm: str) -> Cells:
    """Participants of an arm with a reason; blank where nobody has it."""
    for row in results.select(endpoint="flow", contrast=arm, note=text):
        if row.id.startswith(f"flow.{step}.{arm}.reason-"):
            return counted(row)
    return (Cell(""),)


def follow_up_table(protocol: Protocol, results: Results) -> Table:
    """How long participants were followed."""
    find, digits = Lookup(results), decimals(protocol)

    def quartiles(arm: str) -> Cells:
        middle, low, high = (
            number(find(f"follow-up.{name}.{arm}"), digits=digits.days)
            for name in ("median", "lower-quartile", "upper-quartile")
        )
        return middle, Cell(" ("), low, Cell(" to "), high, Cell(")")

    table = ArmTable(protocol, [arm.id for arm in protocol.arms], (Column(""),))
    table.row(
        "Participants observed on day 0 or later, n",
        lambda arm: (number(find(f"follow-up.total.{arm}"), "n", 0),),
    )
    table.row("Days from day 0 to the last day observed, median (IQR)", quartiles)
    table.row(
        "Participant-weeks, total",
        lambda arm: (number(find(f"follow-up.total.{arm}"), digits=1),),
    )
    notes = [
        "Last day observed: day of the last visit, rating, milestone or start of an "
        "adverse event. Participant-weeks count day 0 and the last day as one day each. "
        f"IQR: interquartile range, {STATEMENTS[protocol.report.quantiles]}.",
        *_conditional(protocol),
    ]
    result = table.made("follow-up", "Extent of follow-up", " ".join(notes))
    return placed(protocol, find, result)


def _conditional(protocol: Protocol) -> list[str]:
    """That the outcome decides who is followed, if it does."""
    visits = protocol.schedule.visits
    losses = [loss.id for loss in protocol.losses()]
    rules = (v.only_if for v in visits if v.only_if and v.only_if not in losses)
    rule = next(rules, None)
    if rule is None:
        return []
    last = [visit for visit in visits if visit.only_if is None][-1]
    label = protocol.definition(rule).label
    return [
        f"After {last.label} only participants who meet “{label}” are followed: "
        "follow-up depends on the outcome and is not a comparison of arms."
    ]


def visits_table(protocol: Protocol, results: Results) -> Table:
    """Each planned visit: held, missed, not recorded."""
    find = Lookup(results)
    arms = [arm.id for arm in protocol.arms]
    unclear = any((row.estimate or 0) > 0 for row in results.select(
        endpoint="visits", analysis="unknown"))  # fmt: skip
    columns = [Column("held/due", "held")]
    empty = []
    for key, (head, nobody) in ABSENT.items():
        if _all_zero(results, key):
            empty.append(nobody)
        else:
            columns.append(Column(head, key))
    if unclear:
        columns.append(Column("not known whether due", "unknown"))
    table = ArmTable(protocol, arms, columns, first="Visit")
    for visit in protocol.schedule.visits:

        def held(arm: str, name: str = visit.id) -> Cells:
            parts = [find(f"visits.{kind}.{name}.{arm}") for kind in ("held", "due")]
            return number(parts[0], digits=0), Cell("/"), number(parts[1], digits=0)

        kinds = {
            column.key: number_of(find, f"visits.{column.key}.{visit.id}")
            for column in columns[1:]
        }
        table.row(visit.label, held=held, **kinds)
    note = " ".join(
        (
            "Due: planned for the participant on a day before the participant left the "
            "study. Missed: recorded as missed. Not recorded: due, without any record of "
            "the visit. –: not known, because the data hold no record of what is planned "
            "at the visit, or of missed visits.",
            *empty,
            *_conditional(protocol),
        )
    )
    return placed(
        protocol, find, table.made("visits", "Attendance at planned visits", note)
    )


def _all_zero(results: Results, kind: str) -> bool:
    """Whether a number of visits is known, and 0, at every visit in every arm."""
    rows = results.select(endpoint="visits", analysis=kind)
    return all(row.estimate == 0 for row in rows)


def sets_table(protocol: Protocol, results: Results) -> Table:
    """Participants of each analysis set."""
    find = Lookup(results)
    table = ArmTable(
        protocol, [arm.id for arm in protocol.arms], (Column("n/N (%)"),), first="Set"
    )
    reasons = []
    for part in protocol.analysis_sets:
        table.row(set_label(find, part), count_of(find, f"sets.{part.id}"))
        row = find(f"sets.{part.id}.{protocol.arms[0].id}")
        if row is not None and row.estimate is None:
            reasons.append(f"{row.note}.")
    note = "Participants by arm as analyzed; N is the number randomized to the arm."
    if not randomized(find):
        note = (
            "Participants by arm as analyzed; N is the number of participants in the "
            "data, which do not state who was randomized."
        )
    result = table.made("analysis-sets", "Analysis sets", " ".join([note, *reasons]))
    return placed(protocol, find, result)


def baseline_table(protocol: Protocol, results: Results) -> Table:
    """Who the participants were, by arm and together; no tests (CONSORT 2025, item 25)."""
    find = Lookup(results)
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column(lambda arm: f"N = {entered(find, arm).text}"),),
        further=(f"All, N = {entered(find).text}",),
    )
    for part in protocol.characteristics:
        if not part.baseline_table:
            continue
        if part.type == "number":
            unit = f", {part.unit}" if part.unit else ""
            _number(table, find, part.id, f"{part.label}{unit}")
        else:
            labels = {level: part.labels.get(level, level) for level in part.values}
            _category(table, find, part.id, part.label, labels)
    scores = dict.fromkeys(
        e.variable.score for e in protocol.endpoints if e.type == "continuous"
    )
    for score in scores:
        if score is not None:
            _number(table, find, score, f"{score_label(protocol, score)}, points")
    result = table.made(
        "baseline",
        "Demographic and baseline characteristics",
        "SD: standard deviation; IQR: interquartile range, lower to upper quartile; "
        f"{STATEMENTS[protocol.report.quantiles]}. "
        "Percentages are of the participants with a value. Differences at baseline are "
        "due to chance and are not tested.",
    )
    return placed(protocol, find, result)


def _number(table: ArmTable, find: Lookup, name: str, label: str) -> None:
    """Rows of a number: n, mean (SD), median (IQR), range, missing if any."""
    digits = decimals(table.protocol)

    def of(kind: str, arm: str, places: int = digits.score) -> Cell:
        return number(find(f"baseline.{name}.{kind}.{arm}"), digits=places)

    def spread(arm: str) -> Cells:
        sd = of("sd", arm, digits.error)
        return of("mean", arm), Cell(" ("), sd, Cell(")")

    def quartiles(arm: str) -> Cells:
        low, high = of("q1", arm), of("q3", arm)
        return of("median", arm), Cell(" ("), low, Cell(" to "), high, Cell(")")

    def ends(arm: str) -> Cells:
        return of("min", arm), Cell(" to "), of("max", arm)

    def known(arm: str) -> Cells:
        return (number(find(f"baseline.{name}.mean.{arm}"), "n", 0),)

    table.heading(label)
    for text, cells in (
        ("n", known),
        ("Mean (SD)", spread),
        ("Median (IQR)", quartiles),
        ("Minimum to maximum", ends),
    ):
        table.row(f"\u2003{text}", cells, cells(EVERYBODY))
    _missing(table, find, name)


def _category(
    table: ArmTable, find: Lookup, name: str, label: str, labels: dict[str, str]
) -> None:
    """Rows of a category: each level as n/N (%), missing if any."""
    table.heading(f"{label}, n/N (%)")
    for level, text in labels.items():

        def cells(arm: str, level: str = level) -> Cells:
            return counted(find(f"baseline.{name}.count.{level}.{arm}"))

        table.row(f"\u2003{text}", cells, cells(EVERYBODY))
    _missing(table, find, name)


def _missing(table: ArmTable, find: Lookup, name: str) -> None:
    row = find(f"baseline.{name}.missing.{EVERYBODY}")
    if row is None or not row.estimate:
        return

    def cells(arm: str) -> Cells:
        return (number(find(f"baseline.{name}.missing.{arm}"), digits=0),)

    table.row("\u2003Missing, n", cells, cells(EVERYBODY))
