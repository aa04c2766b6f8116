"""Tables of vital signs, against the data."""

from __future__ import annotations

from dataclasses import replace

from equipoise.analyze.safety.rules_table import rules_broken
from equipoise.analyze.safety.safety_set import not_estimated
from equipoise.analyze.safety.vital_signs import vital_signs
from equipoise.report.blocks import Paragraph, Table
from equipoise.report.chapters import vital_tables as tables
from tests.analyze.feder import feder
from tests.analyze.safety.safety_trial import trial, trial_data
from tests.report.made import data, results, texts

ARMS = ("ketamine", "midazolam")


def blocks() -> list[Table]:
    endpoint = feder().endpoint("vital_signs")
    made = list(tables.vital_blocks(feder(), results(), endpoint))
    assert all(isinstance(block, Table) for block in made)
    return [block for block in made if isinstance(block, Table)]


def test_every_table_has_its_group_and_its_set() -> None:
    names = [block.name for block in blocks()]
    assert names == ["vital-signs-values", "vital-signs", "vital-signs-extremes",
                     "vital-signs-marked", "vital-signs-shift"]  # fmt: skip
    assert {(b.group, b.population) for b in blocks()} == {("14.3.5", "safety")}


def test_rows_are_named_with_units() -> None:
    labels = [label for label, _ in blocks()[0].rows if not label.startswith("\u2003")]
    assert labels == ["Systolic blood pressure (mm Hg)",
                      "Diastolic blood pressure (mm Hg)", "Pulse rate (beats/min)",
                      "Oxygen saturation (%)"]  # fmt: skip


def test_the_values_of_a_minute_are_those_of_its_arm() -> None:
    table = blocks()[0]
    own = data().measurements
    own = own[(own["name"] == "SYSBP") & (own["timepoint_min"] == 40)]
    each = own.groupby("participant")["value"].mean()
    cells = dict(table.rows)["\u2003minute 40"]  # of the last sign: not this one
    label, cells = table.rows[5]
    assert label == "\u2003minute 40"
    for place, arm in enumerate(ARMS):
        mine = each[data().arm.reindex(each.index) == arm]
        assert cells[2 * place][0].text == str(len(mine))
        assert float(cells[2 * place + 1][0].text) == round(mine.mean(), 1)


def test_extremes_have_the_most_extreme_value_of_the_arm() -> None:
    table = blocks()[2]
    own = data().measurements
    minute = own["timepoint_min"]
    own = own[(own["name"] == "SYSBP") & (minute > 0) & (minute <= 40)]
    label, cells = table.rows[1]
    assert label == "\u2003Maximum during infusions"
    for place, arm in enumerate(ARMS):
        top = own.loc[own["participant"].map(data().arm) == arm, "value"].max()
        printed = "".join(c.text for c in cells[2 * place + 1])
        assert printed.endswith(f"[{top:g}]")


def test_marks_shifts_and_rules() -> None:
    marks = texts(blocks()[3])
    assert len(marks) == len(feder().vital_rules())
    shifts = blocks()[4]
    assert all(
        cells[0][0].text != "0" or cells[1][0].text != "0"
        for label, cells in shifts.rows
        if label.startswith("\u2003")
    )
    heads = [label for label, _ in shifts.rows if label.startswith("Diastolic")]
    assert heads == [
        "Diastolic blood pressure (mm Hg): before infusion: hold ≥ 90; during infusion: "
        "watch ≥ 100, stop ≥ 110; after infusion: watch ≥ 110"
    ]
    broken = tables.broken_table(feder(), results())
    assert isinstance(broken, Table)
    assert "Watch rules are not in this table" in broken.note
    assert broken.title == "Safety rule met, infusion given or continued"
    asked = sum(rule.action != "watch" for rule in feder().vital_rules())
    assert len(broken.rows) == asked == 9  # counted in the file: hold and stop rules
    hold = texts(broken)["Diastolic blood pressure ≥ 90 mm Hg, before infusion: hold"]
    own = data().measurements
    own = own[(own["name"] == "DIABP") & (own["timepoint_min"] <= 0)]
    own = own[own["participant"].map(data().arm) == "ketamine"]
    hit = own[own["value"] >= 90]["participant"].nunique()
    assert hit > 0
    assert hold[0] == f"{hit}/15 ({100 * hit / 15:.0f}%)"


def test_values_that_met_a_rule_stand_beside_participants() -> None:
    table = blocks()[3]
    row = texts(table)["Diastolic blood pressure ≥ 90 mm Hg, before infusion: hold"]
    own = data().measurements
    own = own[(own["name"] == "DIABP") & (own["timepoint_min"] <= 0)]
    own = own[own["participant"].map(data().arm) == "ketamine"]
    hits = int((own["value"] >= 90).sum())
    assert row[1].startswith(f"{hits}/{len(own)} (")
    assert not any("recorded" in head for head in table.head)
    assert "Every planned value of the infusions given was recorded." in table.note


def test_values_that_were_not_recorded_have_their_column() -> None:
    known = trial_data(values={("A1", "infusion", 20): 150.0})
    endpoint = trial().endpoint("signs")
    rows = tuple(vital_signs(trial(), known, endpoint))
    table = tables.marked_table(trial(), replace(results(), estimates=rows), endpoint)
    assert table is not None
    assert "Every planned value" not in table.note
    row = texts(table)["Systolic blood pressure ≥ 180 mm Hg, during infusion: stop"]
    assert row[2] == "1/2"


def test_an_unknown_action_has_its_own_column() -> None:
    values = {("A1", "infusion", 10): 185.0}
    known = trial_data(values=values)
    known = trial_data(
        values=values,
        more={"exposures": known.exposures.assign(interrupted=None)},
    )
    made = replace(results(), estimates=tuple(rules_broken(trial(), known)))
    table = tables.broken_table(trial(), made)
    assert isinstance(table, Table)
    assert "Active, infusions, not known" in table.head
    row = texts(table)["Systolic blood pressure ≥ 180 mm Hg, during infusion: stop"]
    assert row[:3] == ["–", "–", "1"]


def test_a_column_of_what_is_not_known_is_there_where_something_is() -> None:
    rows = [
        replace(row, estimate=0.0) if ".not-known." in row.id else row
        for row in results()
    ]
    table = tables.broken_table(feder(), replace(results(), estimates=tuple(rows)))
    assert isinstance(table, Table)
    assert not [head for head in table.head if head.endswith("not known")]


def test_without_measurements_there_is_a_sentence() -> None:
    known, endpoint = trial_data(), trial().endpoint("signs")
    made = [*vital_signs(trial(), known, endpoint), *rules_broken(trial(), known)]
    empty = replace(results(), estimates=tuple(made))
    (only,) = tables.vital_blocks(trial(), empty, endpoint)
    assert isinstance(only, Paragraph)
    assert "the data hold no vital signs" in only.text
    broken = tables.broken_table(trial(), empty)
    assert isinstance(broken, Paragraph)
    assert tables.broken_table(trial(), replace(results(), estimates=())) is None


def test_an_endpoint_that_cannot_be_estimated_says_why() -> None:
    endpoint = feder().endpoint("vital_signs")
    why = replace(results(), estimates=(not_estimated(endpoint, "c", "d", "a reason"),))
    (block,) = tables.vital_blocks(feder(), why, endpoint)
    assert isinstance(block, Paragraph)
    assert block.text == f"{endpoint.label}: a reason."
    assert block.id == "vital_signs.c"
