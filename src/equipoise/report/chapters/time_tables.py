"""Tables of times to an event: duration in each arm, comparisons, course by visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from equipoise.analyze.binary.outcome_labels import state
from equipoise.analyze.planned_test import planned_log_rank
from equipoise.analyze.result import Estimate, Results
from equipoise.analyze.strata import strata_text
from equipoise.analyze.time_to_event.estimates import later_visits
from equipoise.analyze.time_to_event.event_labels import event_labels
from equipoise.analyze.time_to_event.from_randomization import is_from_randomization
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.stratification import analysis_strata
from equipoise.protocol.supporting_methods import SUPPORTING_METHODS
from equipoise.report.blocks import Lookup, Row, Table
from equipoise.report.by_arm import ArmTable, Cells, Column
from equipoise.report.chapters.binary_tables import (
    EVENTS_NOT_KNOWN,
    GROUP,
    INDENT,
    counted,
    grouped,
    p_cell,
    reason_of,
    with_reason,
)
from equipoise.report.chapters.supporting_plan import adjustment
from equipoise.report.table_cells import (
    Cell,
    Field,
    ci,
    decimals,
    lowered,
    number,
    sentence_case,
)

SUPPORTING = (  # estimate, label of its row, kind of number
    ("rmst-difference", "Difference of restricted mean times, days", "days"),
    ("hazard-ratio", "Hazard ratio (Cox)", "ratio"),
    ("time-ratio", "Time ratio (Weibull, interval-censored)", "ratio"),
)
BEHIND = ("missing", "reached.before", "reached.composite", "reached.hypothetical")
METHODS = (
    "At risk: n of the N participants of the analysis set. "
    "Kaplan-Meier: a loss counts on the day of the rating that shows it, an intercurrent "
    "event under the composite strategy on its own day. Interval-censored: Turnbull's "
    "curve, for a loss at an unknown time between two ratings; its median is the middle "
    "of the interval in which the curve falls to one half."
)
FROM_RANDOMIZATION = (
    "At risk: n of the N participants of the analysis set; time counts from the day of "
    "randomization. Kaplan-Meier: a milestone counts on its day, an event found at a "
    "rating on the day of that rating. Interval-censored: Turnbull's curve, for an event "
    "found at a rating, which lies between two ratings; its median is the middle of the "
    "interval in which the curve falls to one half."
)
DATED = (
    "At risk: n of the N participants of the analysis set; time counts from the day of "
    "randomization. Kaplan-Meier: a milestone counts on its day; participants without "
    "one are censored on the last day on which they are known to be in the study. "
    "Interval-censored: Turnbull's curve, in which each event has a recorded day."
)


def duration_table(protocol: Protocol, results: Results, endpoint: Endpoint) -> Table:
    """Participants at risk, events, both medians and mean by arm; the planned test."""
    find, digits = Lookup(results), decimals(protocol)
    level = ci(endpoint.analysis.level)
    arms = [arm.id for arm in protocol.arms]
    table = ArmTable(protocol, arms, (Column(""),), ("P",), first="Measure")
    table.row(
        event_labels(protocol, endpoint).at_risk_row,
        counted(find, f"{endpoint.id}.at-risk"),
    )
    for kind in BEHIND:
        rows = [find(f"{endpoint.id}.{kind}.{arm}") for arm in arms]
        present = [row for row in rows if row is not None]
        if any(row.estimate for row in present):
            text = str(present[0].note).rpartition(":")[0]
            table.row(
                f"{INDENT}{text[:1].upper()}{text[1:]}",
                _numbers(find, f"{endpoint.id}.{kind}.{{}}", 0),
            )
    table.row("Events, n/N at risk", counted(find, f"{endpoint.id}.events"))
    if any(row.estimate for row in _left(protocol, find, endpoint)):
        table.row(
            f"{INDENT}{sentence_case(event_labels(protocol, endpoint).left)}",
            counted(find, f"{endpoint.id}.left"),
        )
    for label, name in (
        (f"Median, Kaplan-Meier, days ({level})", "median"),
        ("Median, interval-censored, days", "turnbull-median"),
        (f"Restricted mean time, days ({level})", "rmst"),
    ):
        table.row(label, estimates(find, f"{endpoint.id}.{name}.{{}}", digits.days))
    for name, label in _tests(protocol, endpoint):
        tested = find(name)
        if tested is not None:
            p = (
                Cell("not tested", tested.id)
                if tested.p is None
                else number(tested, "p")
            )
            table.row(label, None, (p,))
    note = " ".join(_explained(protocol, find, endpoint))
    title = f"{endpoint.label}: planned analysis"
    result = table.made(f"{endpoint.id}-duration", title, note)
    return finished(protocol, results, result, endpoint)


def _tests(protocol: Protocol, endpoint: Endpoint) -> list[tuple[str, str]]:
    """Id and label of the log-rank tests, the planned one first."""
    plain = f"{endpoint.id}.log-rank"
    both = {plain: "Log-rank test"}
    if analysis_strata(protocol, endpoint):
        strata = strata_text(protocol, endpoint)
        both[f"{plain}-stratified"] = f"Log-rank test, {strata}"
    planned, name = planned_log_rank(endpoint), endpoint.analysis.planned
    if name == "fleming-harrington" or name == "max-combo":
        more = adjustment(protocol, endpoint, name)
        label = SUPPORTING_METHODS[name].label
        both[planned] = f"{label}, {more}" if more else label
    rows = [(planned, f"{both.pop(planned)} (planned)")]
    return [*rows, *((name, f"{label} (supporting)") for name, label in both.items())]


def supporting_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """Other comparisons of the arms, marked as supporting.

    None where no comparison is a number: the note of the planned analysis says why.
    """
    find, digits = Lookup(results), decimals(protocol)
    if not _supporting_known(find, endpoint):
        return None
    rows: list[Row] = []
    reasons: list[tuple[str, str]] = []
    for name, label, kind in SUPPORTING:
        row = find(f"{endpoint.id}.{name}")
        if row is None:
            continue
        places = digits.days if kind == "days" else digits.ratio
        rows.append((label, (with_reason(row, places), p_cell(row))))
        text = str(row.note or "").removeprefix("supporting: ")
        short = label.removesuffix(", days")
        reasons.append((short, reason_of(row) or text.partition("; only part")[0]))
    pair, words = endpoint.estimand.treatment, event_labels(protocol, endpoint)
    compared = (
        f"{protocol.arm(pair.arm).label} against {protocol.arm(pair.versus).label}"
    )
    note = (
        f"Supporting analyses, {compared}; their P values do not come from planned tests. "
        f"{grouped(reasons)}"
    )
    if words.caution:
        note += f" {sentence_case(words.caution)}."
    table = Table(
        f"{endpoint.id}-comparisons",
        f"{endpoint.label}: supporting comparisons",
        ("Measure", f"Estimate ({ci(endpoint.analysis.level)})", "P"),
        tuple(rows),
        note,
    )
    return finished(protocol, results, table, endpoint)


def at_visits_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """The proportion still in the state, and the number at risk, at each visit."""
    if not results.select(endpoint=endpoint.id, analysis="at-visit"):
        return None
    find, digits = Lookup(results), decimals(protocol)
    words, level = event_labels(protocol, endpoint), ci(endpoint.analysis.level)
    among = "participants of the analysis set"
    if not is_from_randomization(protocol, endpoint):
        among = f"participants {words.without} at time zero"
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (
            Column(f"% {words.without} ({level})"),
            Column("n at risk before the day", "n"),
        ),
        first=f"Visit (planned day since {words.zero})",
    )
    shown, dropped = visits(protocol, find, endpoint)
    for label, visit in shown:
        name = f"{endpoint.id}.at-visit.{visit}.{{}}"
        table.row(
            label,
            estimates(find, name, digits.percent, 100),
            n=_numbers(find, name, 0, "n"),
        )
    note = " ".join(
        (
            f"Kaplan-Meier estimates among {among}. The "
            f"percentage counts {_plural(words.event)} up to and on the day; at risk: "
            f"still observed, and {words.without}, just before the day, as below the "
            "curve. After the longest "
            "observation of an arm its percentage is not estimable, unless it has fallen "
            "to 0; at 100% and at 0% there is no interval.",
            *dropped,
            *_nobody_left(protocol, find, endpoint),
            f"Single visits are not tested{colon(words.caution)}.",
        )
    )
    title = f"{endpoint.label}: still {words.without} by visit"
    result = table.made(f"{endpoint.id}-by-visit", title, note)
    return finished(protocol, results, result, endpoint)


def at_risk_subtitle(protocol: Protocol, results: Results, endpoint: Endpoint) -> str:
    """``Participants in response at week 2, N = 11``: whom the analysis is about."""
    loss = protocol.definition(endpoint.variable.definition or "")
    if loss.at is None:
        text = "Participants at risk from randomization"
    else:
        visit = lowered(protocol.schedule.visit(loss.at).label)
        text = f"Participants in {state(protocol, endpoint)} at {visit}"
    find = Lookup(results)
    rows = [find(f"{endpoint.id}.at-risk.{arm.id}") for arm in protocol.arms]
    counts = [row.estimate for row in rows if row is not None]
    known = [count for count in counts if count is not None]
    if not known or len(known) < len(rows):
        return text
    return f"{text}, N = {sum(known):g}"


def colon(caution: str) -> str:
    """A caution after a colon; nothing where there is none."""
    return f": {caution}" if caution else ""


def _plural(event: str) -> str:
    return {"loss": "losses"}.get(event, f"{event}s")


def visits(
    protocol: Protocol, find: Lookup, endpoint: Endpoint
) -> tuple[list[tuple[str, str]], list[str]]:
    """Label of the row and id of each later visit, and a sentence on what is not shown.

    Visits after the first at which no participant of any arm is at risk repeat its row.
    """
    labels = {visit.id: visit.label for visit in protocol.schedule.visits}
    rows = [
        (f"{labels[visit]} (day {day})", visit)
        for visit, day in later_visits(protocol, endpoint).items()
    ]
    for position, (_, visit) in enumerate(rows[:-1], start=1):
        names = [f"{endpoint.id}.at-visit.{visit}.{arm.id}" for arm in protocol.arms]
        found = [row for name in names if (row := find(name)) is not None]
        if found and not any(row.n for row in found):
            return rows[:position], [
                "Later visits are omitted: no participant is at risk."
            ]
    return rows, []


def _left(protocol: Protocol, find: Lookup, endpoint: Endpoint) -> list[Estimate]:
    rows = [find(f"{endpoint.id}.left.{arm.id}") for arm in protocol.arms]
    return [row for row in rows if row is not None]


def _nobody_left(protocol: Protocol, find: Lookup, endpoint: Endpoint) -> list[str]:
    """Why there is no table of the cumulative incidence, where there is none."""
    rows = _left(protocol, find, endpoint)
    if any(row.estimate for row in rows) or not rows:
        return []
    if rows[0].estimate is None:
        return [f"{sentence_case(str(rows[0].note))}."]
    what = event_labels(protocol, endpoint).event
    return [
        f"No participant at risk left the study before {'a' if what == 'loss' else 'an'} "
        f"{what}: the cumulative incidence of the {what} is 100% minus the percentage."
    ]


def _supporting_known(find: Lookup, endpoint: Endpoint) -> bool:
    """Whether any supporting comparison is a number."""
    rows = [find(f"{endpoint.id}.{name}") for name, _, _ in SUPPORTING]
    return any(row is not None and row.estimate is not None for row in rows)


def _no_supporting(find: Lookup, endpoint: Endpoint) -> list[str]:
    """Supporting comparisons that cannot be given, where none can: each with its reason."""
    if _supporting_known(find, endpoint):
        return []
    reasons = [
        (label.removesuffix(", days").replace("Difference", "difference", 1),
         reason_of(row) or str(row.note or "not estimable"))
        for name, label, _ in SUPPORTING
        if (row := find(f"{endpoint.id}.{name}")) is not None
    ]  # fmt: skip
    return [f"Supporting comparisons. {grouped(reasons)}"] if reasons else []


def estimates(
    find: Lookup, name: str, places: int, scale: float = 1
) -> Callable[[str], Cells]:
    """Makes the cells of an arm: an estimate with its interval, or why there is none.

    Args:
        find: of the results.
        name: id of the estimate, with ``{}`` in the position of the arm.
        places: decimals.
        scale: 100 for a percentage.
    """

    def cells(arm: str) -> Cells:
        row = find(name.format(arm))
        if row is None:
            return (Cell("not estimable"),)
        if row.estimate is None and "not reached" in str(row.note):
            return (Cell("not reached", row.id),)
        return with_reason(row, places, scale)

    return cells


def _numbers(
    find: Lookup, name: str, places: int, field: Field = "estimate"
) -> Callable[[str], Cells]:
    return lambda arm: (number(find(name.format(arm)), field, places),)


def _methods(protocol: Protocol, endpoint: Endpoint) -> str:
    """Who is at risk, and what the curves count, by rule of the definition."""
    if not is_from_randomization(protocol, endpoint):
        return METHODS
    definition = protocol.definition(endpoint.variable.definition or "")
    return DATED if definition.of is None else FROM_RANDOMIZATION


def _explained(protocol: Protocol, find: Lookup, endpoint: Endpoint) -> list[str]:
    """What the rows are, and the reason for what is not a number, by arm."""
    sentences, details = [_methods(protocol, endpoint)], []
    for arm in protocol.arms:
        median = find(f"{endpoint.id}.median.{arm.id}")
        if median is not None and median.n == 0:
            details.append((arm.label, str(median.note)))
        middle = find(f"{endpoint.id}.turnbull-median.{arm.id}")
        if middle is not None and middle.estimate is not None:
            text = str(middle.note).partition(": the middle")[0]
            details.append((f"interval-censored median, {arm.label}", text))
        mean = find(f"{endpoint.id}.rmst.{arm.id}")
        if mean is not None:
            text, _, reason = str(mean.note).partition("; ")
            text = text.removeprefix("restricted mean time ")
            details.append(("restricted mean time", text))
            if reason:
                details.append((f"restricted mean time, {arm.label}", reason))
    sentences.append(grouped(dict.fromkeys(details)))
    tested = find(planned_log_rank(endpoint))
    if tested is not None and tested.p is None:
        named = "Log-rank" if "log-rank" in tested.analysis else "Planned"
        sentences.append(f"{named} test: {tested.note}.")
    pair = endpoint.estimand.treatment
    compared = f"{protocol.arm(pair.arm).label} with {protocol.arm(pair.versus).label}"
    caveat = colon(event_labels(protocol, endpoint).caution)
    sentences += _no_supporting(find, endpoint)
    sentences += _events_not_known(protocol, find, endpoint)
    return [*sentences, f"The planned test compares {compared}{caveat}."]


def _events_not_known(
    protocol: Protocol, find: Lookup, endpoint: Endpoint
) -> list[str]:
    """That intercurrent events are not known, where the data hold no dispositions."""
    rows = [
        row
        for kind in BEHIND[1:]
        for arm in protocol.arms
        if (row := find(f"{endpoint.id}.{kind}.{arm.id}")) is not None
    ]
    return [f"{EVENTS_NOT_KNOWN}."] if any(r.estimate is None for r in rows) else []


def finished(
    protocol: Protocol, results: Results, table: Table, endpoint: Endpoint
) -> Table:
    """A table of a time to an event, with its group, population and subtitle."""
    return replace(
        table,
        group=GROUP,
        population=endpoint.estimand.population,
        subtitle=at_risk_subtitle(protocol, results, endpoint),
    )
