"""The summary of deviations."""

from __future__ import annotations

from equipoise.report.chapters.population_deviations import deviations_table
from tests.analyze.population.full import changed, full_protocol, tables, trial, without
from tests.analyze.small import data, protocol
from tests.report.chapters.participants import participants
from tests.report.made import texts

NOT_RATED = "HAMD-17 not rated, or its score not calculable, at a visit that was held"


def test_each_kind_with_what_is_not_known() -> None:
    given = changed("exposures", {"participant": "A1"}, drug="saline")
    given.loc[given["participant"].isin(["A2", "P1"]), "interrupted"] = None
    known = trial(exposures=given)
    table = deviations_table(full_protocol(), participants(full_protocol(), known))
    assert table.head == (
        "Kind", "Active, n/N (%)", "Active, not known, n",
        "Placebo, n/N (%)", "Placebo, not known, n",
    )  # fmt: skip
    found = texts(table)
    assert found["Received another treatment than randomized"] == [
        "1/4 (25%)", "0", "0/4 (0%)", "0",
    ]  # fmt: skip
    assert found["Infusion interrupted or stopped early"] == [
        "0/4 (0%)", "1", "0/4 (0%)", "1",
    ]  # fmt: skip
    assert found["Visit missed (recorded)"][0] == "2/4 (50%)"


def test_instruments_without_a_missing_rating_are_named_together() -> None:
    table = deviations_table(full_protocol(), participants(full_protocol(), trial()))
    assert "Complete ratings and scores at every visit held: HAMD-17." in table.note
    assert not any("HAMD-17" in label for label in texts(table))
    scores = without("recorded_scores", participant="A1", visit="week-1")
    known = trial(recorded_scores=scores)
    less = texts(
        deviations_table(full_protocol(), participants(full_protocol(), known))
    )
    assert less[NOT_RATED][0] == "1/4 (25%)"


def test_what_the_data_cannot_show_is_a_dash_with_its_reason() -> None:
    table = deviations_table(protocol(), participants(protocol(), data(drugs={})))
    assert texts(table)["Infusion not given or not recorded"] == ["–"] * 2
    assert "because the data hold no record of treatment given" in table.note


def test_a_trial_without_ratings_has_a_dash_for_them() -> None:
    rows = tables()["recorded_scores"].iloc[:0]
    known = trial(recorded_scores=rows)
    table = deviations_table(full_protocol(), participants(full_protocol(), known))
    assert texts(table)[NOT_RATED] == ["–"] * 4


def test_visits_without_a_day_are_named_with_the_reason() -> None:
    rows = changed("visits", {"visit": "baseline"}, actual_day=None)
    known = trial(visits=rows)
    table = deviations_table(full_protocol(), participants(full_protocol(), known))
    found = texts(table)
    columns = len(table.head) - 1
    others = "visit and its ratings outside the window, at the other visits"
    assert others in table.note.partition(".")[0]  # no participant has these
    assert (
        found["Visit and its ratings outside the window: Baseline"] == ["–"] * columns
    )
    assert (
        "Not known, because the data hold no day of the visit: Visit and its ratings "
        "outside the window: Baseline." in table.note
    )


def test_a_dash_in_one_arm_has_a_reason() -> None:
    given = changed("exposures", {}, interrupted=False)
    active = given["participant"].str.startswith("A")
    given.loc[active, "interrupted"] = None
    known = trial(exposures=given)
    table = deviations_table(full_protocol(), participants(full_protocol(), known))
    assert texts(table)["Infusion interrupted or stopped early"] == [
        "–", "4", "0/4 (0%)", "0",
    ]  # fmt: skip
    _, _, reason = table.note.partition(
        "because a value needed to identify one is missing for every participant of the "
        "arm: "
    )
    assert "Infusion interrupted or stopped early" in reason.partition(".")[0]


def test_what_is_not_counted_is_stated_with_its_number() -> None:
    rows = tables()["dispositions"]
    mine = (rows["participant"] == "A3") & (rows["milestone"] == "study-completed")
    rows.loc[mine, ["milestone", "day"]] = ["lost-to-follow-up", 42]
    known = trial(dispositions=rows)
    table = deviations_table(full_protocol(), participants(full_protocol(), known))
    found = texts(table)
    assert found["Visit planned after the participant left the study"] == [
        "1/4 (25%)", "", "0/4 (0%)", "",
    ]  # fmt: skip
    assert found["Visits, n"] == ["1", "", "0", ""]
    assert "one planned on the same day counts as after" in table.note
    bare = deviations_table(protocol(), participants(protocol(), data()))
    assert texts(bare)["Visits, n"] == ["–", "–"]
    assert "– there: the data hold no record of disposition" in bare.note
