"""The table of safety alerts and its sentence."""

from dataclasses import replace

from equipoise.analyze.result import Results
from equipoise.analyze.safety.alerts import alert_counts
from equipoise.report.blocks import Block, Paragraph, Table
from equipoise.report.chapters.alert_tables import alert_blocks
from tests.analyze import complete, small


def blocks(alerts: str = "") -> list[Block]:
    """Of the complete trial: with its alerts, with an empty table, or without one."""
    data = complete.data()
    if alerts:
        given = data.provided["alerts"].iloc[:0] if alerts == "empty" else None
        others = {n: t for n, t in data.provided.items() if n != "alerts"}
        more = {} if given is None else {"alerts": given}
        data = replace(data, provided=others | more)
    rows = tuple(alert_counts(complete.protocol(), data))
    results = replace(complete.results(), estimates=rows)
    return list(alert_blocks(complete.protocol(), results))


def texts(table: Table) -> dict[str, list[str]]:
    return {
        label: ["".join(cell.text for cell in cells) for cells in row]
        for label, row in table.rows
    }


def test_the_table_counts_by_rule_and_arm() -> None:
    table, _ = blocks()
    assert isinstance(table, Table)
    assert table.group == "14.3.5"
    found = texts(table)
    hold = found["Systolic blood pressure ≥ 150 mm Hg, before infusion: hold"]
    assert hold == ["1", "1/11 (9%)", "1/1", "0/1", "1", "1/7 (14%)", "1/1", "1/1"]
    never = found["Pulse rate ≥ 125 beats/min, after infusion: watch"]
    assert never == ["0", "0/11 (0%)", "–", "–", "0", "0/7 (0%)", "–", "–"]
    assert found["Serious adverse event"][4:] == ["1", "1/7 (14%)", "1/1", "0/1"]
    assert list(found)[-1] == "All rules"
    assert found["All rules"] == [
        "3", "3/11 (27%)", "2/3", "0/3", "4", "3/7 (43%)", "3/4", "1/4",
    ]  # fmt: skip


def test_the_sentence_agrees_with_the_table() -> None:
    _, said = blocks()
    assert isinstance(said, Paragraph)
    assert said.text == (
        "7 safety alerts of 6 participants (3 in the ketamine arm, 4 in the midazolam "
        "arm) were recorded; 5 were acknowledged, and an infusion was started "
        "despite 1 of them (Listing 16.2.9.1)."
    )
    assert said.id == "alerts.total.active"


def test_none_is_said_only_where_the_table_is_there() -> None:
    _, said = blocks("empty")
    assert isinstance(said, Paragraph)
    assert said.text.startswith("The application recorded no safety alert")
    (missing,) = blocks("absent")
    assert isinstance(missing, Paragraph)
    assert "were not provided" in missing.text
    assert missing.id == "alerts.none"


def test_a_trial_without_rules_has_nothing() -> None:
    rows = tuple(alert_counts(small.protocol(), small.data()))
    results: Results = replace(complete.results(), estimates=rows)
    assert list(alert_blocks(small.protocol(), results)) == []
