"""Tables of times to an event: what each arm shows, and what is not compared."""

from functools import cache

import pytest

from equipoise.analyze.result import Results
from equipoise.analyze.time_to_event.estimates import survival
from equipoise.numerics.rounding import p_text
from equipoise.report.blocks import Table
from equipoise.report.chapters import time_tables as tables
from equipoise.report.chapters.incidence_tables import incidence_table
from tests.analyze.feder import feder
from tests.analyze.small import SCORES, data, protocol, without_response
from tests.report.chapters.test_binary_tables import each_number_is_of_its_arm, made
from tests.report.made import results, texts

TRIAL = protocol()
ENDPOINT = TRIAL.endpoint("relapse")
MAKERS = (
    tables.duration_table,
    tables.supporting_table,
    tables.at_visits_table,
    incidence_table,
)


def analyzed(scores: dict[str, tuple[object, ...]], *milestones: object) -> Results:
    known = data(scores, milestones=milestones)  # type: ignore[arg-type]
    rows = survival(TRIAL, known, ENDPOINT)
    return made(rows, {"relapse": rows[0].id})


@cache
def small() -> Results:
    """Two responders against one; A2 leaves on day 50 in response."""
    return analyzed(SCORES, ("A2", "study-withdrawn", 50, "moved"))


@cache
def large() -> Results:
    """Six responders in each arm; four of each lose it, the active arm later."""
    scores = {}
    for n in range(6):
        scores[f"A{n}"] = ("active", 20, 12, 8, 8 if n else 18, 8 if n < 3 else 18)
        scores[f"P{n}"] = ("placebo", 20, 12, 8, 18 if n < 4 else 9, 8)
    return analyzed(scores)


def shown(table: Table | None) -> dict[str, list[str]]:
    return texts(table)


@pytest.mark.parametrize("make", MAKERS)
def test_every_number_stands_under_its_arm(make: object) -> None:
    endpoint = feder().endpoint("relapse")
    for trial, found, at in (
        (feder(), results(), endpoint),
        (TRIAL, small(), ENDPOINT),
    ):
        table = make(trial, found, at)  # type: ignore[operator]
        if make is tables.supporting_table:
            assert table is None  # too few at risk: a note of the planned analysis
            continue
        assert table is not None
        assert each_number_is_of_its_arm(table, found) >= 3
        assert (table.group, table.population) == ("14.2", "itt")


def test_both_medians_the_participants_and_the_planned_test() -> None:
    table = tables.duration_table(TRIAL, large(), ENDPOINT)
    rows = shown(table)
    assert rows["In response at time zero (at risk), n/N"] == ["6/6", "6/6", ""]
    assert rows["Events, n/N at risk"] == ["4/6", "4/6", ""]
    assert rows["Median, Kaplan-Meier, days (95% CI)"][1].startswith("14.0 (")
    assert rows["Median, interval-censored, days"] == ["21.0", "7.0", ""]
    p = {row.id: row for row in large()}["relapse.log-rank"].p
    assert p is not None
    assert rows["Log-rank test (planned)"][2] == p_text(p)
    assert "planned analysis" in table.title
    assert "Turnbull" in table.note
    sentence = "only participants in response at time zero are compared"
    assert table.note.lower().count(sentence) == 1


def test_what_few_participants_cannot_carry_is_not_printed() -> None:
    table = tables.duration_table(TRIAL, small(), ENDPOINT)
    rows = shown(table)
    assert rows["Log-rank test (planned)"] == ["", "", "not tested"]
    reason = "fewer than 5 participants at risk in Active (2) and Placebo (1)"
    assert f"Log-rank test: not tested: {reason}." in table.note
    assert tables.supporting_table(TRIAL, small(), ENDPOINT) is None
    named = "Supporting comparisons. Difference of restricted mean times, Hazard ratio "
    assert f"{named}(Cox), Time ratio" in table.note
    mean = rows["Restricted mean time, days (95% CI)"]
    assert all("(not estimable)" in text for text in mean[:2])


def test_supporting_comparisons_are_marked() -> None:
    table = tables.supporting_table(TRIAL, large(), ENDPOINT)
    assert table is not None
    assert each_number_is_of_its_arm(table, large()) >= 3
    assert "supporting" in table.title
    assert "not come from planned tests" in table.note
    assert "studentized permutation" in table.note
    rows = shown(table)
    found = {row.id: row for row in large()}
    ratio = found["relapse.hazard-ratio"]
    assert ratio.estimate is not None
    assert rows["Hazard ratio (Cox)"][0].startswith(f"{ratio.estimate:.2f} (")
    sentence = "only participants in response at time zero are compared"
    assert table.note.lower().count(sentence) == 1


def test_the_share_still_in_response_by_visit_with_the_number_at_risk() -> None:
    rows = shown(tables.at_visits_table(TRIAL, large(), ENDPOINT))
    week4, week6 = rows["Week 4 (day 14)"], rows["Week 6 (day 28)"]
    assert week4[0].startswith("83 (")
    assert week4[1] == "6"
    assert week4[2].startswith("33 (")
    assert week4[3] == "6"
    assert week6[0].startswith("33 (")
    assert week6[3] == "2"


def test_the_heading_counts_the_participants_at_risk_and_no_others() -> None:
    subtitle = "Participants in response at week 2, N = 3"
    for make in MAKERS:
        table = make(TRIAL, small(), ENDPOINT)
        assert table is None or table.subtitle == subtitle


def test_rows_end_where_no_participant_is_at_risk() -> None:
    """The feder2021 data: all of both arms have lost the response before week 16."""
    endpoint = feder().endpoint("relapse")
    table = tables.at_visits_table(feder(), results(), endpoint)
    assert table is not None
    at_risk = {
        name: sum(part.field == "n" and part.text != "0" for p in cells for part in p)
        for name, cells in table.rows
    }
    *before, last = at_risk.values()
    assert all(before)
    assert not last
    assert "Later visits are omitted" in table.note
    assert "just before the day" in table.note


def test_who_left_is_told_none_or_not_known() -> None:
    stayed = analyzed(SCORES, ("A3", "study-withdrawn", 20, None))
    table = tables.at_visits_table(TRIAL, stayed, ENDPOINT)
    assert table is not None
    assert "No participant at risk left the study before a loss" in table.note
    table = tables.at_visits_table(TRIAL, analyzed(SCORES), ENDPOINT)
    assert table is not None
    assert "No participant at risk left" not in table.note
    assert "or death): not known, the data hold no record of disposition." in table.note
    planned = tables.duration_table(TRIAL, analyzed(SCORES), ENDPOINT)
    assert "Not known whether an intercurrent event" in planned.note
    rows = shown(tables.duration_table(TRIAL, small(), ENDPOINT))
    left = next(name for name in rows if name.startswith("Left before a loss"))
    assert rows[left] == ["1/2", "0/1", ""]


def test_a_proportion_after_the_last_observation_is_not_estimable() -> None:
    scores = SCORES | {"P2": ("placebo", 25, 16, 11, 10, None)}
    rows = shown(tables.at_visits_table(TRIAL, analyzed(scores), ENDPOINT))
    assert rows["Week 6 (day 28)"][2:] == ["not estimable", "0"]


def test_the_incidence_says_that_follow_up_depends_on_the_outcome() -> None:
    table = incidence_table(TRIAL, small(), ENDPOINT)
    assert table is not None
    assert "follow-up depends on the outcome" in table.note
    rows = shown(table)
    assert rows["Week 6 (day 28)"][0].startswith("50 (")
    assert rows["Week 6 (day 28)"][2] == "100"
    assert incidence_table(TRIAL, large(), ENDPOINT) is None


def test_participants_reached_by_events_have_their_row() -> None:
    reached = analyzed(SCORES, ("A2", "new-treatment", 20, None))
    rows = shown(tables.duration_table(TRIAL, reached, ENDPOINT))
    label = next(name for name in rows if "composite strategy" in name)
    assert rows[label] == ["1", "0", ""]
    assert not any("composite" in name for name in shown(
        tables.duration_table(TRIAL, small(), ENDPOINT)
    ))  # fmt: skip


def test_nobody_at_risk_is_a_true_sentence() -> None:
    nobody = {who: row for who, row in SCORES.items() if who != "P2"}
    table = tables.duration_table(TRIAL, analyzed(nobody), ENDPOINT)
    rows = shown(table)
    assert rows["In response at time zero (at risk), n/N"][1] == "0/3"
    assert rows["Median, Kaplan-Meier, days (95% CI)"][1] == "not estimable"
    assert "Placebo: no participant was at risk." in table.note
    assert "no participant at risk in Placebo" in table.note


def test_visits_end_at_the_first_without_anybody_at_risk() -> None:
    """Two visits after time zero, and nobody was rated at either."""
    scores = without_response(["week-4", "week-6"], SCORES)
    table = tables.at_visits_table(TRIAL, analyzed(scores), ENDPOINT)
    assert table is not None
    assert [name for name, _ in table.rows] == ["Week 4 (day 14)"]
    assert "Later visits are omitted" in table.note
