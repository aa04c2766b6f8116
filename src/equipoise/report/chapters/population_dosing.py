"""Tables of treatment compliance and of the extent of exposure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.model import Protocol
from equipoise.protocol.retreatment import descriptions
from equipoise.report.blocks import Lookup, Table, counted
from equipoise.report.by_arm import ArmTable, Cells, Column
from equipoise.report.chapters.participants import placed
from equipoise.report.table_cells import Cell, number, sentence_case

AMOUNTS = {  # kind -> label, decimals of mean and SD
    "dose": ("Dose, mg, mean (SD)", 1, 2),
    "dose-by-weight": ("Dose, mg/kg, mean (SD)", 3, 3),
    "weight": ("Body weight used, kg, mean (SD)", 1, 1),
    "duration": ("Length, min, mean (SD)", 1, 1),
}
COUNTS = {  # kind -> label
    "changed": "Dose more than 10% from that of the infusion before, n/N (%)",
    "interrupted": "Interrupted or stopped early, n/N (%)",
}


def exposure_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants by number of infusions received; None if none was recorded."""
    steps: dict[str, dict[str | None, Estimate]] = {}
    for row in results.select(endpoint="exposure", analysis="count"):
        steps.setdefault(str(row.note), {})[row.contrast] = row
    if not steps:
        return None
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column("n/N (%)"),),
        first="Infusions received",
    )
    zero = [
        k for k, rows in steps.items() if not any(r.estimate for r in rows.values())
    ]
    nobody = zero if len(zero) < len(steps) else []
    for label, by_arm in steps.items():
        if label not in nobody:
            table.row(label, partial(_counted, by_arm))
    note = "An infusion without a record counts as not received."
    triggered: dict[str, dict[str | None, Estimate]] = {}
    for row in results.select(endpoint="exposure", analysis="triggered"):
        triggered.setdefault(str(row.note), {})[row.contrast] = row
    if triggered:
        table.heading("Of these")
        note += f" {'. '.join(map(sentence_case, descriptions(protocol)))}."
    for label, by_arm in triggered.items():
        table.row(label, partial(_counted, by_arm))
    if nobody:
        note += f" No participant received: {'; '.join(nobody)}."
    result = table.made("exposure", "Number of infusions received", note)
    return placed(protocol, Lookup(results), result)


def infusions_table(protocol: Protocol, results: Results) -> Table | None:
    """Each infusion by arm; None if none was recorded."""
    estimates = results.select(endpoint="infusions")
    if not estimates:
        return None
    find = Lookup(results)
    visits = {int(row.statistic or 0): row for row in estimates}
    table = ArmTable(protocol, [arm.id for arm in protocol.arms], (Column(""),))

    def block(label: str, cells: Callable[[str], Cells], kind: str) -> None:
        """A row for the infusions that have the same numbers; one for all if they do."""
        rows = [k for k in sorted(visits) if _stated(find, table, f"{kind}.{k}")]
        groups = _alike(rows, table.arms, cells)
        if len(groups) == 1:
            table.row(f"{label}: {_named(groups[0])}", partial(_at, cells, rows[0]))
            return
        if groups:
            table.heading(label)
        for group in groups:
            name = sentence_case(_named(group))
            table.row(f"\u2003{name}", partial(_at, cells, group[0]))

    def count(kind: str) -> Callable[[str], Cells]:
        return lambda at: counted(find(f"infusions.{kind}.{at}"))

    block("Received, n/N (%)", count("given"), "given")
    block("Not given or not recorded, n/N (%)", count("not-given"), "not-given")
    for kind, (label, places, error) in AMOUNTS.items():

        def spread(
            at: str, kind: str = kind, places: int = places, e: int = error
        ) -> Cells:
            mean = number(find(f"infusions.{kind}-mean.{at}"), digits=places)
            sd = number(find(f"infusions.{kind}-sd.{at}"), digits=e)
            return mean, Cell(" ("), sd, Cell(")")

        block(label, spread, f"{kind}-mean")
    for kind, label in COUNTS.items():
        block(label, count(kind), kind)
        unknown = f"{kind}-unknown"
        words = label.partition(",")[0]
        block(f"{words}: not recorded, n/N (%)", count(unknown), unknown)
    note = (
        "N of dose changes: infusions with both doses recorded. N of interruptions: "
        "infusions for which it is recorded. Consecutive infusions with the same numbers "
        "share a row. Parts without numbers are omitted. Rows for infusions not given or "
        "not recorded are omitted if they count no participant."
    )
    return placed(protocol, find, table.made("infusions", "Exposure by infusion", note))


def _alike(
    infusions: list[int], arms: Sequence[str], cells: Callable[[str], Cells]
) -> list[list[int]]:
    """The infusions, those in a row whose cells read alike in every arm together."""
    groups: list[list[int]] = []
    last: tuple[str, ...] = ()
    for k in infusions:
        texts = tuple(
            "".join(part.text for part in cells(f"{k}.{arm}")) for arm in arms
        )
        if groups and texts == last and groups[-1][-1] == k - 1:
            groups[-1].append(k)
        else:
            groups.append([k])
        last = texts
    return groups


def _named(infusions: list[int]) -> str:
    """``infusion 3``, or ``infusions 1 to 6``."""
    if len(infusions) == 1:
        return f"infusion {infusions[0]}"
    return f"infusions {infusions[0]} to {infusions[-1]}"


def _counted(rows: Mapping[str | None, Estimate], arm: str) -> Cells:
    return counted(rows.get(arm))


def _at(cells: Callable[[str], Cells], infusion: int, arm: str) -> Cells:
    return cells(f"{infusion}.{arm}")


def _stated(find: Lookup, table: ArmTable, name: str) -> bool:
    """Whether a row has a number in an arm; of what is missing, a number above 0."""
    rows = [find(f"infusions.{name}.{arm}") for arm in table.arms]
    values = [
        row.estimate for row in rows if row is not None and row.estimate is not None
    ]
    absent = name.startswith("not-given") or "-unknown." in name
    return any(values) if absent else bool(values)
