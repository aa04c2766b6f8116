"""Tables of adverse events: participants, events, rates, and the trend over infusions."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Lookup, Row, Table, interval
from equipoise.report.by_arm import ArmTable, Cells, Column
from equipoise.report.chapters.counts import count, of_arm, placed, reasons, sentence
from equipoise.report.chapters.trends import trend_rows
from equipoise.report.table_cells import Cell, ci, decimals, number, sentence_case

GROUP = "14.3.1"
KINDS = (
    ("any", "At least one adverse event"),
    ("related", "Related in the view of the investigator"),
    ("serious", "Serious"),
    ("serious-related", "Serious and related"),
    ("discontinuation", "Led to discontinuation of treatment"),
    ("deaths", "Death, at any time"),
)
SEVERITIES = (
    ("severity-mild", "Mild"),
    ("severity-moderate", "Moderate"),
    ("severity-severe", "Severe"),
)
UNRECORDED = (
    ("severity-unknown", "Severity not recorded"),
    ("related-unknown", "Relation not recorded for at least one event"),
    ("serious-unknown", "Seriousness not recorded for at least one event"),
)


def events_name(results: Results) -> str:
    """What the events that count may be called."""
    row = Lookup(results)("events.definition")
    known = row is not None and row.estimate is not None
    return (
        "Treatment-emergent adverse events" if known else "Adverse events since day 0"
    )


def overview_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants by relation, seriousness, consequence and worst severity."""
    find = Lookup(results)
    definition = find("events.definition")
    first = find(f"events.any.{protocol.arms[0].id}")
    if definition is None or first is None:
        return None
    level = ci(getattr(find("events.any.difference"), "level", None))
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column("n/N (%)"),),
        (f"Difference, percentage points ({level})",),
    )

    def row(name: str, label: str) -> None:
        difference = find(f"events.{name}.difference")
        cells = _points(protocol, difference) if difference else (Cell(""),)
        table.row(
            label, lambda arm: count(protocol, find(f"events.{name}.{arm}")), cells
        )

    table.row(
        "Adverse events, n",
        of_arm(find, "events.any.events", lambda row: (number(row, digits=0),)),
    )
    for name, label in KINDS:
        row(name, label)
    table.heading("Worst severity")
    for name, label in SEVERITIES:
        row(name, f"\u2003{label}")
    for name, label in UNRECORDED:
        rows = [find(f"events.{name}.{arm.id}") for arm in protocol.arms]
        if any(one is not None and one.estimate for one in rows):
            row(name, label)
    used = [
        find(f"events.{name}.{last}")
        for name, _ in (*KINDS, *SEVERITIES)
        for last in (*(arm.id for arm in protocol.arms), "difference")
    ]
    note = " ".join(
        part
        for part in (
            sentence(str(definition.note)),
            "Participants count once in each row; the first row counts events. Terms as "
            "recorded, not coded in a dictionary. Intervals: Miettinen and Nurminen.",
            "Deaths: from the dispositions and from events with a fatal outcome.",
            _deaths_note(find(f"events.deaths.{protocol.arms[0].id}")),
            reasons(used),
        )
        if part
    )
    title = f"{events_name(results)}: overview"
    return placed(table.made("adverse-events-overview", title, note), GROUP, definition)


def rates_table(protocol: Protocol, results: Results) -> Table | None:
    """Exposure-adjusted event rates, in the window and in all of the follow-up."""
    find = Lookup(results)
    rate = find(f"events.rate.{protocol.arms[0].id}")
    if rate is None:
        return None
    follow_up = find("events.rate-follow-up-ratio")
    level = ci(follow_up.level if follow_up else None)
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column(""),),
        (f"Rate ratio ({level})",),
    )
    digits = decimals(protocol)
    for suffix, label in (
        ("", events_name(results)),
        ("-follow-up", "Entire follow-up"),
    ):
        if rate.estimate is None and not suffix:
            continue  # nothing may be called treatment-emergent
        table.heading(label)
        table.row(
            "\u2003Events, n",
            of_arm(
                find, f"events.number{suffix}", lambda row: (number(row, digits=0),)
            ),
        )
        table.row(
            "\u2003Participant-weeks",
            of_arm(find, f"events.weeks{suffix}", lambda row: (number(row, digits=1),)),
        )
        table.row(
            f"\u2003Rate per 100 participant-weeks ({level})",
            of_arm(find, f"events.rate{suffix}", lambda row: interval(row, 1)),
            interval(find(f"events.rate{suffix}-ratio"), digits.ratio),
        )
    notes = [
        "Events within a participant are treated as independent; exact (Poisson) intervals."
    ]
    for name in ("events.rate-ratio", "events.rate-follow-up-ratio"):
        ratio = find(name)
        if ratio is not None and ratio.estimate is None:
            where = (
                "Rates over the entire follow-up are " if "follow-up" in name else ""
            )
            notes.append(sentence(f"{where}{ratio.note}"))
    if rate.estimate is not None:
        notes.append(
            "Treatment-emergent rates: events and time in the treatment-emergent window, "
            "up to the last day observed."
        )
    title = "Exposure-adjusted event rates per 100 participant-weeks"
    result = table.made("adverse-event-rates", title, " ".join(dict.fromkeys(notes)))
    return placed(result, GROUP, rate)


def events_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants and events of each term, with the risk difference."""
    find = Lookup(results)
    names = _terms(results)
    if not names:
        return None
    level = ci(getattr(find(f"{names[0]}.difference"), "level", None))
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column("n/N (%) [events]"),),
        (f"Difference, percentage points ({level})",),
        first="Term",
    )
    for name in names:
        label = _label(find, name, protocol)
        difference = find(f"{name}.difference")

        def cells(arm: str, name: str = name) -> Cells:
            events = number(find(f"{name}.events.{arm}"), digits=0)
            counted = count(protocol, find(f"{name}.{arm}"))
            return (*counted, Cell(" ["), events, Cell("]"))

        table.row(label, cells, _points(protocol, difference))
    note = (
        "Most frequent terms first, as recorded and not coded. In brackets: events. "
        "Intervals: Miettinen and Nurminen. "
        + reasons([find(f"{name}.difference") for name in names])
    )
    title = f"{events_name(results)} by term"
    result = table.made("adverse-events", title, note.strip())
    return placed(result, GROUP, find(f"{names[0]}.difference"))


def severity_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants with each term by its worst severity, and by relation."""
    find = Lookup(results)
    names = _terms(results)
    if not names:
        return None
    arms = [arm.id for arm in protocol.arms]
    kinds = [*(name for name, _ in SEVERITIES), "related"]
    columns = [
        *(Column(f"{label.lower()}, n", name) for name, label in SEVERITIES),
        Column("related, n", "related"),
    ]
    table = ArmTable(protocol, arms, columns, first="Term")
    used = []
    for label, start in (
        ("Any adverse event", "events"),
        *((_label(find, name, protocol), name) for name in names),
    ):
        table.row(
            label,
            **{kind: of_arm(find, f"{start}.{kind}", _bound) for kind in kinds},
        )
        used += [find(f"{start}.{kind}.{arm}") for kind in kinds for arm in arms]
    note = (
        "Participants, once in each row at the worst severity of the row; N as in the "
        "overview. Related: at least one event related in the view of the investigator. "
        "–: not recorded. ≥: not recorded for further participants. "
    )
    if all(row is None or row.statistic is not None for row in used):
        note = note.partition(" –: ")[0]
    title = f"{events_name(results)} by term, worst severity and relation"
    result = table.made("adverse-events-by-severity", title, note.strip())
    return placed(result, GROUP, find(f"{names[0]}.difference"))


def _bound(row: Estimate | None) -> Cells:
    """A count of participants; ``≥`` before one that is a lower bound."""
    cell = number(row, digits=0)
    if row is None or row.estimate is None or row.statistic is not None:
        return (cell,)
    return (Cell("≥ "), cell)


def by_infusion_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants with any event and with each term after each infusion.

    A column is an infusion, a row an arm: with an arm in each column a table of six
    infusions would have a row for each infusion of each term.
    """
    find = Lookup(results)
    rows = results.select(endpoint="events", analysis="count-by-infusion")
    numbers = sorted({_infusion(row) for row in rows})
    if not numbers:
        return None
    body: list[Row] = []

    def block(label: str, start: str, make: Callable[[Estimate | None], Cells]) -> None:
        blank: Cells = (Cell(""),)
        body.append((label, (blank,) * (len(numbers) + 1)))
        for arm in protocol.arms:
            cells = [make(find(start.format(k, arm.id))) for k in numbers]
            later = find(f"events.no-infusion.events.{arm.id}")
            counts_events = ".events." in start
            last = (number(later, digits=0),) if counts_events else blank
            body.append((f"\u2003{arm.label}", (*cells, last)))

    def people(row: Estimate | None) -> Cells:
        return count(protocol, row)

    block(
        "Events, n",
        "events.infusion-{}.events.{}",
        lambda row: (number(row, digits=0),),
    )
    block("Any adverse event, n/N (%)", "events.infusion-{}.{}", people)
    for name in _terms(results):
        label = f"{_label(find, name, protocol)}, n/N (%)"
        block(label, f"{name}.infusion-{{}}.{{}}", people)
    note = (
        "N: participants who received the infusion. An event counts for an infusion if it "
        "started on its day or on the day after. Later: events that started later, or "
        "without a start day."
    )
    table = Table(
        "adverse-events-by-infusion",
        f"{events_name(results)} by infusion and term",
        ("Term and arm", *(f"Infusion {k}" for k in numbers), "Later"),
        tuple(body),
        note,
    )
    return placed(table, GROUP, rows[0])


def infusion_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """Participants with an event after each infusion."""
    find = Lookup(results)
    rows = results.select(endpoint=endpoint.id, analysis="count-by-infusion")
    if not rows:
        return None
    arms = [arm.id for arm in protocol.arms]
    table = ArmTable(protocol, arms, (Column("n/N (%)"),))
    for k in sorted({_infusion(row) for row in rows}):
        table.row(
            f"Infusion {k}",
            of_arm(
                find,
                f"{endpoint.id}.infusion-{k}.count",
                lambda row: count(protocol, row),
            ),
        )
    note = (
        "N: participants who received the infusion. An event counts for an infusion if it "
        "started on its day or on the day after."
    )
    result = table.made(f"{endpoint.id}-by-infusion", endpoint.label, note)
    return placed(result, GROUP, rows[0])


def trend_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """The trend of events over the infusions: odds ratios of the arms and their ratio."""
    both = Lookup(results)(f"{endpoint.id}.trend.difference")
    if both is None:
        return None
    words = ("odds ratio", "Ratio of odds ratios", "Each further infusion")
    digits = decimals(protocol).ratio
    table = trend_rows(protocol, results, endpoint, "trend", words, digits)
    reason = "" if both.estimate is not None else f" {sentence(str(both.note))}"
    note = (
        "Odds ratio of an event for each further infusion, by generalized estimating "
        "equations (logistic, exchangeable; variance of Mancl and DeRouen, t with n − 2 "
        f"degrees of freedom); below 1: fewer events.{reason}"
    )
    title = f"{endpoint.label}: trend over infusions"
    return placed(table.made(f"{endpoint.id}-trend", title, note), GROUP, both)


def _terms(results: Results) -> list[str]:
    """``events.term-1``, in their order."""
    return [
        row.id.removesuffix(".difference")
        for row in results.select(endpoint="events", analysis="risk-difference")
        if row.id.startswith("events.term-")
    ]


def _label(find: Lookup, name: str, protocol: Protocol) -> str:
    """A term with a capital at the start, otherwise as recorded."""
    row = find(f"{name}.{protocol.arms[0].id}")
    return sentence_case(str(row.note)) if row is not None else ""


def _points(protocol: Protocol, difference: Estimate | None) -> Cells:
    return interval(difference, decimals(protocol).difference, 100)


def _deaths_note(row: Estimate | None) -> str:
    return "" if row is None or row.estimate is not None else sentence(str(row.note))


def _infusion(row: Estimate) -> int:
    return int(row.id.partition(".infusion-")[2].partition(".")[0])
