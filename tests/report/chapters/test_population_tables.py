"""Tables of participants, against counts by hand."""

from __future__ import annotations

import pytest

from equipoise.report.blocks import Table
from equipoise.report.chapters import population_tables as tables
from equipoise.report.chapters.participants import randomized_set
from tests.analyze.population.full import full_protocol, trial, without
from tests.analyze.small import SCORES, TEXT, data, protocol
from tests.report.chapters.participants import participants
from tests.report.made import texts

MORE = {
    "A1": {"age": 20, "sex": "F"},
    "A2": {"age": 30, "sex": "F"},
    "A3": {"age": 45, "sex": "M"},
    "P1": {"age": 61, "sex": "M"},
    "P2": {"age": 50, "sex": "F"},
}
MILESTONES = [
    ("A3", "treatment-discontinued", 5, "adverse event"),
    ("A4", "study-withdrawn", 9, "no time"),
    ("P1", "study-completed", 42, None),
]


def rows(table: Table) -> list[tuple[str, list[str]]]:
    return [
        (label.strip(), ["".join(c.text for c in cell) for cell in cells])
        for label, cells in table.rows
    ]


def test_baseline_by_hand() -> None:
    known = data(more=MORE, milestones=MILESTONES)
    table = tables.baseline_table(protocol(), participants(protocol(), known))
    assert table.head == ("", "Active, N = 4", "Placebo, N = 4", "All, N = 8")
    assert table.arms == (None, "active", "placebo", None)
    assert rows(table)[:6] == [
        ("Age", ["", "", ""]),
        ("n", ["3", "2", "5"]),
        ("Mean (SD)", ["31.7 (12.58)", "55.5 (7.78)", "41.2 (16.27)"]),
        ("Median (IQR)", [
            "30.0 (25.0 to 37.5)", "55.5 (52.8 to 58.3)", "45.0 (30.0 to 50.0)",
        ]),
        ("Minimum to maximum", ["20.0 to 45.0", "50.0 to 61.0", "20.0 to 61.0"]),
        ("Missing, n", ["1", "2", "3"]),
    ]  # fmt: skip
    assert rows(table)[6:10] == [
        ("Sex, n/N (%)", ["", "", ""]),
        ("F", ["2/3 (67%)", "1/2 (50%)", "3/5 (60%)"]),
        ("M", ["1/3 (33%)", "1/2 (50%)", "2/5 (40%)"]),
        ("Missing, n", ["1", "2", "3"]),
    ]
    assert "P" not in table.head


def test_a_row_of_missing_values_only_where_there_are_some() -> None:
    table = tables.baseline_table(protocol(), participants(protocol(), data()))
    labels = [label for label, _ in rows(table)]
    score = labels.index("HAMD-17 total, points")
    assert labels[score + 1 :] == [
        "n",
        "Mean (SD)",
        "Median (IQR)",
        "Minimum to maximum",
    ]


def test_disposition_by_hand() -> None:
    known = data(milestones=MILESTONES)
    table = tables.disposition_table(protocol(), participants(protocol(), known))
    found = texts(table)
    assert found["Received the allocated treatment"] == ["4/4 (100%)", "4/4 (100%)"]
    assert found["Discontinued treatment"] == ["1/4 (25%)", "0/4 (0%)"]
    assert found["Adverse event (day 5)"] == ["1/4 (25%)", ""]
    assert found["Withdrew: no time (day 9)"] == ["1/4 (25%)", ""]
    assert found["Completed the study"] == ["0/4 (0%)", "1/4 (25%)"]
    assert found["End of study not recorded"] == ["3/4 (75%)", "3/4 (75%)"]
    assert found["Rated at the visit of the primary endpoint"] == [
        "3/4 (75%)", "4/4 (100%)",
    ]  # fmt: skip


def test_without_dispositions_there_are_dashes_and_the_reason() -> None:
    table = tables.disposition_table(
        protocol(), participants(protocol(), data(drugs={}))
    )
    found = texts(table)
    assert found["Completed the study"] == ["–", "–"]
    assert "Discontinued treatment" in table.note
    assert "Rated" not in table.note


def test_follow_up_and_its_footnote() -> None:
    table = tables.follow_up_table(protocol(), participants(protocol(), data()))
    found = texts(table)
    assert found["Participants observed on day 0 or later, n"] == ["4", "4"]
    assert found["Days from day 0 to the last day observed, median (IQR)"][0] == (
        "28.0 (12.3 to 42.0)"
    )
    assert found["Participant-weeks, total"][0] == "15.6"  # 43 + 43 + 15 + 8 days
    assert "not a comparison of arms" not in table.note


@pytest.mark.parametrize("build", [tables.follow_up_table, tables.visits_table])
def test_follow_up_that_depends_on_the_outcome_is_said_to(build) -> None:  # type: ignore[no-untyped-def]
    table = build(full_protocol(), participants(full_protocol(), trial()))
    assert "only participants who meet “Response” are followed" in table.note
    assert "not a comparison of arms" in table.note


def test_visits_by_hand() -> None:
    known = trial(visits=without("visits", participant="A4", visit="week-6"))
    table = tables.visits_table(full_protocol(), participants(full_protocol(), known))
    assert table.head[1:5] == (
        "Active, held/due", "Active, missed", "Active, not recorded",
        "Active, not known whether due",
    )  # fmt: skip
    assert texts(table)["Week 6"] == ["2/4", "1", "1", "0", "3/4", "1", "0", "0"]
    assert texts(table)["Week 4"][3] == "1"  # A4 was not rated at week 2


def test_what_is_zero_at_every_visit_is_a_sentence_and_what_is_unknown_a_dash() -> None:
    table = tables.visits_table(full_protocol(), participants(full_protocol(), trial()))
    assert "Active, not recorded" not in table.head
    assert "Every visit that was due has a record." in table.note
    table = tables.visits_table(protocol(), participants(protocol(), data()))
    missed = table.head.index("Active, missed") - 1
    assert {cells[missed] for cells in texts(table).values()} == {"–"}


def test_a_visit_of_which_nothing_is_known_has_dashes() -> None:
    table = tables.visits_table(protocol(), participants(protocol(), data(drugs={})))
    assert texts(table)["Infusion"][:3] == ["–/–", "–", "–"]


def test_sets_with_percentages_and_why_one_is_not_known() -> None:
    table = tables.sets_table(protocol(), participants(protocol(), data()))
    assert texts(table)["Participants in the data"] == ["4/4 (100%)", "4/4 (100%)"]
    assert "do not state who was randomized" in table.note
    stated = tables.sets_table(full_protocol(), participants(full_protocol(), trial()))
    assert "All randomized participants" in texts(stated)
    assert "N is the number randomized to the arm." in stated.note
    bare = tables.sets_table(protocol(), participants(protocol(), data(drugs={})))
    assert texts(bare)["Participants with an infusion"] == ["–", "–"]
    assert "not known, the data hold neither infusions nor the milestone" in bare.note


def test_the_set_of_all_randomized() -> None:
    assert randomized_set(protocol()) == "itt"
    head, mark, rest = TEXT.partition('[[analysis_sets]]\nid = "itt"\n')
    assert mark
    text = head + rest[rest.index("[[analysis_sets]]") :]
    text = text.replace('population = "itt"', 'population = "rated"')
    assert randomized_set(protocol(text)) == ""


def test_an_arm_with_one_participant() -> None:
    scores = {p: r for p, r in SCORES.items() if r[0] == "active" or p == "P1"}
    made = participants(protocol(), data(scores))
    found = rows(tables.baseline_table(protocol(), made))
    score = [label for label, _ in found].index("HAMD-17 total, points")
    assert found[score + 2] == ("Mean (SD)", ["23.0 (2.58)", "21.0 (–)", "22.6 (2.41)"])
