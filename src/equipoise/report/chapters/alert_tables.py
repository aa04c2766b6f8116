"""Safety alerts by rule and arm, and the sentence that sums them up."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyze.result import Estimate, Results
from equipoise.analyze.safety.alerts import OF_PROGRAM, TOPIC, TOTAL
from equipoise.analyze.safety.vital_limits import limits
from equipoise.errors.counted import agreeing
from equipoise.protocol.governance import SafetyRule
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Block, Lookup, Paragraph
from equipoise.report.by_arm import ArmTable, Cells, Column
from equipoise.report.chapters.counts import count, of_arm, placed, sentence
from equipoise.report.chapters.methods import WHEN, rule_limit, rule_name
from equipoise.report.chapters.vital_tables import GROUP
from equipoise.report.table_cells import (
    Cell,
    in_sentence,
    number,
    plural,
    sentence_case,
)


def alert_blocks(protocol: Protocol, results: Results) -> Iterator[Block]:
    """The sentence and the table, or that the alerts were not provided."""
    find, rows = Lookup(results), results.select(endpoint=TOPIC)
    if not rows:
        return
    if rows[0].contrast is None:
        yield Paragraph(sentence(str(rows[0].note)), rows[0].id)
        return
    total = f"{TOPIC}.{TOTAL}.{protocol.arms[0].id}"
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (
            Column("alerts", "alerts"),
            Column("participants, n/N (%)", "people"),
            Column("acknowledged, n/N", "acknowledged"),
            Column("overruled, n/N", "overruled"),
        ),
        first="Rule",
    )
    for rule, label in _labels(protocol, rows).items():
        start = f"{TOPIC}.{rule}"
        table.row(
            label,
            alerts=of_arm(find, start, lambda row: (number(row, digits=0),)),
            people=of_arm(
                find, f"{start}.participants", lambda row: count(protocol, row)
            ),
            acknowledged=of_arm(find, f"{start}.acknowledged", _of_alerts),
            overruled=of_arm(find, f"{start}.overruled", _of_alerts),
        )
    note = (
        "Alerts that the application recorded when a saved value met the rule; a repeated "
        "value can trigger a further alert. N: participants of the arm, or alerts of the "
        "rule. Overruled: an infusion was started despite the alert."
    )
    result = table.made("safety-alerts-by-rule", "Safety alerts by rule", note)
    yield placed(result, GROUP, rows[0])
    yield Paragraph(_summary(protocol, find), total)


def _labels(protocol: Protocol, rows: tuple[Estimate, ...]) -> dict[str, str]:
    """Rule -> label of its row, in the order of the protocol; the total is the last."""
    known = {
        rule.id: f"{_met(protocol, rule)}: {rule.action}"
        for rule in protocol.safety_rules
    }
    arm = protocol.arms[0].id
    starts = (row.id.removeprefix(f"{TOPIC}.") for row in rows if row.contrast == arm)
    rules = dict.fromkeys(start.partition(".")[0] for start in starts)
    named = {**OF_PROGRAM, **known, TOTAL: "All rules"}
    return {rule: named.get(rule, rule) for rule in rules}


def _met(protocol: Protocol, rule: SafetyRule) -> str:
    """Name, limit and time of a rule, as in the table of rules that were not followed."""
    if rule.measurement:
        return limits(rule)
    return f"{rule_name(protocol, rule)} {rule_limit(rule)}, {WHEN[rule.when]}"


def _of_alerts(row: Estimate | None) -> Cells:
    """``2/5`` of the alerts; a dash where there was none."""
    if row is None or not row.n:
        return (Cell("–"),)
    return number(row, digits=0), Cell("/"), number(row, "n", 0)


def _summary(protocol: Protocol, find: Lookup) -> str:
    def total(what: str) -> int:
        rows = (find(f"{TOPIC}.{TOTAL}{what}.{arm.id}") for arm in protocol.arms)
        return sum(int(row.estimate or 0) for row in rows if row is not None)

    fired = total("")
    if not fired:
        return "The application recorded no safety alert of a randomized participant."
    by_arm = ", ".join(
        f"{int(row.estimate or 0)} in the {in_sentence(protocol, arm.id)} arm"
        for arm in protocol.arms
        if (row := find(f"{TOPIC}.{TOTAL}.{arm.id}")) is not None
    )
    people = plural(total(".participants"), "participant")
    read = total(".acknowledged")
    started = total(".overruled")
    despite = f"an infusion was started despite {started or 'none'} of them"
    return sentence_case(
        f"{plural(fired, 'safety alert')} of {people} ({by_arm}) "
        f"{agreeing(fired, 'was')} recorded; "
        f"{read} {agreeing(read, 'was')} acknowledged, and {despite} "
        "(Listing 16.2.9.1)."
    )
