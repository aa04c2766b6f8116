"""Tables of vital signs: values, changes, extremes, rules of the protocol, shifts."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyze.result import Estimate, Results
from equipoise.analyze.safety.broken_rules import HOLD, STOP
from equipoise.analyze.safety.vital_values import EVERY
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Block, Lookup, Paragraph, Table, interval
from equipoise.report.by_arm import ArmTable, Cells, Column
from equipoise.report.chapters.counts import count, of_arm, placed, raw, sentence
from equipoise.report.table_cells import Cell, ci, decimals, number

GROUP = "14.3.5"
EXTREMES = (("maximum", "highest", "Maximum"), ("minimum", "lowest", "Minimum"))
PERIODS = (
    ("during", "during infusions"),
    ("after", "after infusions"),
    ("after-start", "after the start of infusions"),
)


def vital_blocks(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Iterator[Block]:
    """Every table of an endpoint of vital signs, or why there is none."""
    rows = results.select(endpoint=endpoint.id)
    titles = [row for row in rows if row.analysis == "measurement"]
    if not titles and rows:
        yield Paragraph(f"{endpoint.label}: {rows[0].note}.", rows[0].id)
        return
    for row in titles:
        if row.estimate is None:
            yield Paragraph(sentence(str(row.note)), row.id)
    for make in (
        values_table,
        change_table,
        extremes_table,
        marked_table,
        shift_table,
    ):
        table = make(protocol, results, endpoint)
        if table is not None:
            yield table


def values_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """Mean and SD at each minute, over all infusions."""
    find = Lookup(results)
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column("n", "n"), Column("mean (SD)", "mean")),
    )
    digits = decimals(protocol)
    first = None
    for name, label in _measured(results, endpoint):
        table.heading(label)
        for minute in _minutes(results, endpoint, name, "vital-value"):
            where = f"{name}.{EVERY}.min-{minute:g}"
            start = f"{endpoint.id}.value.{where}"
            first = first or find(f"{start}.{protocol.arms[0].id}")

            def mean(arm: str, where: str = where) -> Cells:
                value = find(f"{endpoint.id}.value.{where}.{arm}")
                spread = find(f"{endpoint.id}.sd.{where}.{arm}")
                return (
                    number(value, digits=digits.score),
                    Cell(" ("),
                    number(spread, digits=digits.error),
                    Cell(")"),
                )

            table.row(
                _minute(minute),
                n=of_arm(find, start, lambda row: (number(row, "n", 0),)),
                mean=mean,
            )
    if first is None:
        return None
    note = "Averaged over each participant's infusions, then over participants."
    title = "Vital signs by minute of the infusion"
    return placed(table.made("vital-signs-values", title, note), GROUP, first)


def change_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """Mean change from before the infusion at each minute, and the difference."""
    find = Lookup(results)
    level = ci(endpoint.analysis.level)
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column(f"mean ({level})"),),
        (f"Difference ({level})",),
    )
    digits = decimals(protocol).score
    first = None
    for name, label in _measured(results, endpoint):
        minutes = _minutes(results, endpoint, name, "vital-change")
        if minutes:
            table.heading(label)
        for minute in minutes:
            where = f"{name}.{EVERY}.min-{minute:g}"
            start = f"{endpoint.id}.change.{where}"
            first = first or find(f"{start}.{protocol.arms[0].id}")
            table.row(
                _minute(minute),
                of_arm(find, start, lambda row: interval(row, digits)),
                interval(find(f"{endpoint.id}.change-difference.{where}"), digits),
            )
    if first is None:
        return None
    note = (
        "Change from the last value before the infusion of the same visit: averaged over "
        "each participant's infusions, then over participants. Difference: "
        f"{_pair(protocol, endpoint)}, Welch interval."
    )
    title = "Vital signs: change from before the infusion"
    return placed(table.made("vital-signs", title, note), GROUP, first)


def extremes_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """Maximum and minimum of each participant during and after infusions."""
    find = Lookup(results)
    level = ci(endpoint.analysis.level)
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column("n", "n"), Column(f"mean ({level}) [most extreme]", "mean")),
        (f"Difference ({level})",),
    )
    digits = decimals(protocol).score
    first = None
    for name, label in _measured(results, endpoint):
        table.heading(label)
        for period, when in PERIODS:
            for kind, extreme, text in EXTREMES:
                start = f"{endpoint.id}.{kind}.{name}.{period}"
                difference = find(f"{start}.difference")
                if difference is None:
                    continue
                first = first or difference

                end = f"{endpoint.id}.{extreme}.{name}.{period}"

                def cells(arm: str, start: str = start, end: str = end) -> Cells:
                    most = find(f"{end}.{arm}")
                    return (
                        *interval(find(f"{start}.{arm}"), digits),
                        Cell(" ["),
                        raw(protocol, most),
                        Cell("]"),
                    )

                table.row(
                    f"\u2003{text} {when}",
                    None,
                    interval(difference, digits),
                    n=of_arm(find, start, lambda row: (number(row, "n", 0),)),
                    mean=cells,
                )
    if first is None:
        return None
    note = (
        "Most extreme value over all infusions of each participant; in brackets, over all "
        f"participants. Difference: {_pair(protocol, endpoint)}, Welch interval."
    )
    title = "Vital signs: maximum and minimum during and after infusions"
    return placed(table.made("vital-signs-extremes", title, note), GROUP, first)


def marked_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """Potentially clinically significant values: participants and values, by rule."""
    find = Lookup(results)
    rules = results.select(endpoint=endpoint.id, analysis="rule")
    if not rules:
        return None
    arms = [arm.id for arm in protocol.arms]
    starts = [rule.id.removeprefix(f"{endpoint.id}.rule.") for rule in rules]
    complete = _complete(find, endpoint, starts, arms)
    columns = [
        Column("participants, n/N (%)", "who"),
        Column("values, n/N (%)", "values"),
    ]
    if not complete:
        columns.append(Column("values recorded/planned", "recorded"))
    table = ArmTable(protocol, arms, columns, first="Rule")

    def counted(row: Estimate | None) -> Cells:
        return count(protocol, row)

    def of_planned(row: Estimate | None) -> Cells:
        return (number(row, digits=0), Cell("/"), number(row, "n", 0))

    for rule, where in zip(rules, starts, strict=True):
        table.row(
            str(rule.note),
            who=of_arm(find, f"{endpoint.id}.marked.{where}", counted),
            values=of_arm(find, f"{endpoint.id}.marked-values.{where}", counted),
            recorded=of_arm(find, f"{endpoint.id}.recorded.{where}", of_planned),
        )
    note = (
        "Participants and values that met the rule at the time to which it applies. N: "
        "participants with a value at that time, and values. –: none measured. "
    )
    note += (
        "Every planned value of the infusions given was recorded."
        if complete
        else "Values not recorded meet no rule: see the column of recorded values."
    )
    title = "Potentially clinically significant values, by rule of the protocol"
    return placed(table.made("vital-signs-marked", title, note), GROUP, rules[0])


def _complete(
    find: Lookup, endpoint: Endpoint, rules: list[str], arms: list[str]
) -> bool:
    """Whether every planned value at the time of a rule was recorded."""
    rows = [find(f"{endpoint.id}.recorded.{r}.{arm}") for r in rules for arm in arms]
    present = [row for row in rows if row is not None]
    return bool(present) and all(row.n and row.estimate == row.n for row in present)


def broken_table(protocol: Protocol, results: Results) -> Table | Paragraph | None:
    """Infusions given or continued although a safety rule was met."""
    find = Lookup(results)
    rows = results.select(endpoint="broken-rules")
    if not rows:
        return None
    if rows[0].contrast is None:
        return Paragraph(
            f"Rules of the protocol that were met: {rows[0].note}.", rows[0].id
        )
    columns = [
        Column("participants, n/N (%)", "who"),
        Column("infusions, n/N (%)", "infusions"),
    ]
    open_rows = [row for row in rows if ".not-known." in row.id and row.estimate]
    if open_rows:
        columns.append(Column("infusions, not known", "unknown"))
    table = ArmTable(protocol, [a.id for a in protocol.arms], columns, first="Rule")

    def counted(row: Estimate | None) -> Cells:
        return count(protocol, row)

    for rule in protocol.vital_rules():
        start = f"broken-rules.{rule.id}"
        titles = [find(f"{start}.{arm.id}") for arm in protocol.arms]
        if titles[0] is None:
            continue
        table.row(
            str(titles[0].note).partition(";")[0],
            who=of_arm(find, start, counted),
            infusions=of_arm(find, f"{start}.infusions", counted),
            unknown=of_arm(
                find, f"{start}.not-known", lambda row: (number(row, digits=0),)
            ),
        )
    note = (
        "Hold: the last value before the infusion met the rule, and the infusion was "
        "given. Pause or stop: a value before the end of the infusion met the rule, and "
        "the infusion was neither interrupted nor stopped early; a value at the minute at "
        "which it ended does not count. N: participants and infusions with a value at the "
        "time of the rule. –: not known."
    )
    watch = [r for r in protocol.vital_rules() if r.action not in (*HOLD, *STOP)]
    if watch:
        note += (
            " Watch rules are not in this table: they require a repeated value, not a "
            "change of dose, so continuing an infusion does not violate them."
        )
    title = "Safety rule met, infusion given or continued"
    return placed(table.made("rules-broken", title, note), GROUP, rows[0])


def shift_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """State before the first infusion, and the worst afterwards."""
    find = Lookup(results)
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column("n/N (%)"),),
        first="Before the first infusion → worst value after",
    )
    first = None

    def counted(row: Estimate | None) -> Cells:
        return count(protocol, row)

    arm = protocol.arms[0].id
    shifts = results.select(endpoint=endpoint.id, analysis="shift")
    own = [row.id.removesuffix(f".{arm}") for row in shifts if row.contrast == arm]
    for name, label in _measured(results, endpoint):
        shown = []
        for start in own:
            if not start.startswith(f"{endpoint.id}.shift.{name}."):
                continue
            rows = [find(f"{start}.{arm.id}") for arm in protocol.arms]
            if any(row is not None and row.estimate for row in rows):
                first = first or rows[0]
                one, other = start.split(".")[-2:]
                shown.append((f"\u2003{one} → {other}".replace("-", " "), start, rows))
        if shown:
            limit = next(str(r.note) for _, _, rows in shown for r in rows if r)
            table.heading(f"{label}: {limit.rpartition('(')[2].rstrip(')')}")
        for text, start, _ in shown:
            table.row(text, of_arm(find, start, counted))
    if first is None:
        return None
    note = (
        "Each value is compared with the rules that apply at its time; the row gives the "
        "action that the rules require. Worst: of all values after the start of the first "
        "infusion, including those before and during further infusions, in the order "
        "watch, hold, pause, stop. No rule: no rule applies before an infusion. N: "
        "participants with a value before the first infusion and one afterwards at the "
        "time of a rule. Shifts without participants are omitted."
    )
    title = "Vital signs: shift from before the first infusion to the worst value after"
    return placed(table.made("vital-signs-shift", title, note), GROUP, first)


def _measured(results: Results, endpoint: Endpoint) -> list[tuple[str, str]]:
    """Code and label of each vital sign that has values."""
    rows = results.select(endpoint=endpoint.id, analysis="measurement")
    return [
        (row.id.removeprefix(f"{endpoint.id}.measurement."), str(row.note))
        for row in rows
        if row.estimate is not None
    ]


def _minutes(
    results: Results, endpoint: Endpoint, name: str, analysis: str
) -> list[float]:
    rows = results.select(endpoint=endpoint.id, analysis=analysis, visit=EVERY)
    own = [row for row in rows if str(row.note).startswith(f"{name},")]
    return sorted({row.statistic or 0.0 for row in own})


def _minute(minute: float) -> str:
    return f"\u2003minute {minute:g}".replace("-", "−")


def _pair(protocol: Protocol, endpoint: Endpoint) -> str:
    pair = endpoint.estimand.treatment
    return f"{protocol.arm(pair.arm).label} minus {protocol.arm(pair.versus).label}"
