"""Tables of continuous endpoints: each number in its row and column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from equipoise.analyze.result import Estimate, Results
from equipoise.report.blocks import Table
from equipoise.report.chapters import continuous_tables as tables
from tests.analyze.feder import feder
from tests.report.made import results, texts

PRIMARY = feder().endpoint("caps5_change")
LABELS = {visit.label: visit.id for visit in feder().schedule.visits}


# Not built before a test needs one: the analysis takes seconds.
TABLES: dict[str, Callable[[], Table | None]] = {
    "continuous": lambda: tables.continuous_table(feder(), results()),
    "primary": lambda: tables.primary_table(feder(), results(), PRIMARY),
    "observed": lambda: tables.observed_table(feder(), results(), PRIMARY),
    "visits": lambda: tables.visits_table(feder(), results(), PRIMARY),
    "f-tests": lambda: tables.f_tests_table(feder(), results()),
}


def shown(value: float | None, digits: int = 1) -> str:
    assert value is not None
    return f"{value:.{digits}f}".replace("-", "−")


def cells_of(table: Table) -> list[tuple[str, str | None, str, Estimate]]:
    """Heading row or row, arm of the column, heading and estimate of each number."""
    known = {row.id: row for row in results()}
    arms = table.arms or (None,) * len(table.head)
    found, above = [], ""
    for label, row in table.rows:
        above = above if label.startswith("\u2003") else label
        for arm, head, cells in zip(arms[1:], table.head[1:], row, strict=True):
            for cell in cells:
                if cell.id is not None:
                    found.append((above, arm, head, known[cell.id]))
    return found


@pytest.mark.parametrize("name", TABLES)
def test_a_column_holds_its_arm_and_a_row_its_visit(name: str) -> None:
    table = TABLES[name]()
    assert table is not None
    found = cells_of(table)
    assert found
    for label, arm, head, row in found:
        if arm is None:
            assert row.contrast in (None, "ketamine - midazolam"), head
        else:
            assert row.contrast == arm
            assert head.startswith(feder().arm(arm).label)
        if label in LABELS:
            assert row.visit == LABELS[label]
        if label.endswith(")") and table.name == "continuous":
            own = feder().endpoint(row.endpoint)
            assert label == f"{own.label} ({own.level})"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_its_population_and_group(name: str) -> None:
    table = TABLES[name]()
    assert table is not None
    assert (table.population, table.group) == ("itt", "14.2")


def test_the_planned_difference_with_its_interval_and_those_rated() -> None:
    found = texts(tables.continuous_table(feder(), results()))
    row = found["Change in CAPS-5 total from baseline to week 2 (primary)"]
    own = results()["caps5_change"]
    rated = results()["caps5_change.rated.week-2.ketamine"]
    assert row[0] == f"{rated.estimate:.0f}/{rated.n}"
    assert row[4] == f"{shown(own.estimate)} ({shown(own.lower)} to {shown(own.upper)})"
    assert row[5] == f"{shown(own.std_error, 2)} ({shown(own.df)})"
    d = results()["caps5_change.effect-size-t.week-2"]
    assert row[7].startswith(shown(d.estimate, 2))


def test_the_primary_table_has_one_number_a_row() -> None:
    found = texts(tables.primary_table(feder(), results(), PRIMARY))
    own = results()["caps5_change"]
    assert found["SE"][2] == shown(own.std_error, 2)  # of the difference: the last row
    score = results()["caps5_change.ls-mean-score.week-2.midazolam"]
    assert found["Adjusted mean score at Week 2 (95% CI)"][1].startswith(
        shown(score.estimate)
    )
    both = results()["caps5_change.rated.week-2"]
    assert found["Rated at Week 2, n/N"][2] == f"{both.estimate:.0f}/{both.n}"


def test_observed_values_beside_the_number_rated() -> None:
    table = tables.observed_table(feder(), results(), PRIMARY)
    labels = [label for label, _ in table.rows if not label.startswith("\u2003")]
    assert labels == ["Baseline", "24 h after infusion 1", "Week 1", "Week 2"]
    mean = results()["caps5_change.observed.week-2.ketamine"]
    sd = results()["caps5_change.observed-sd.week-2.ketamine"]
    median = results()["caps5_change.observed-median.week-2.ketamine"]
    change = results()["caps5_change.observed-change.week-2.midazolam"]
    found = texts(table)  # of equal labels the last: those of week 2
    assert found["Rated, n/N"][0] == f"{mean.n}/15"
    assert found["Mean (SD)"][0] == f"{shown(mean.estimate)} ({shown(sd.estimate, 2)})"
    assert found["Median"][0] == shown(median.estimate)
    assert found["Change from baseline, mean (SD)"][1].startswith(
        shown(change.estimate)
    )
    assert [label for label, _ in table.rows].count(
        "\u2003Change from baseline, mean (SD)"
    ) == 3


def test_every_visit_has_its_row_and_then_their_average() -> None:
    found = texts(tables.visits_table(feder(), results(), PRIMARY))
    visits = ["24 h after infusion 1", "Week 1", "Week 2", "Average of the visits"]
    assert list(found) == visits
    own = results()["caps5_change.difference.average"]
    assert found["Average of the visits"][4].startswith(shown(own.estimate))


def test_f_tests() -> None:
    found = texts(tables.f_tests_table(feder(), results()))
    own = results()["caps5_e_change.test.arm-by-visit"]  # of the last endpoint
    row = found["Treatment by visit"]
    assert row[:3] == [shown(own.statistic, 2), "2", shown(own.df)]


def test_the_sign_is_explained_by_the_direction_of_the_score() -> None:
    words = tables.signs(feder(), [PRIMARY])
    assert words == (
        "Differences: Ketamine minus Midazolam. Below 0: lower (better) with Ketamine."
    )


def test_a_remark_that_is_common_to_all_endpoints_stands_once() -> None:
    endpoints = tables.continuous_endpoints(feder())
    noted = {results().answers[e.id] for e in endpoints}

    def with_note(only: str | None = None) -> Results:
        rows = tuple(
            replace(row, note="left out" if only in (None, row.endpoint) else None)
            if row.id in noted
            else row
            for row in results()
        )
        return replace(results(), estimates=rows)

    assert tables.remarks(with_note(), endpoints) == ["All endpoints: left out."]
    one = tables.remarks(with_note("caps5_change"), endpoints)
    assert one == [f"{PRIMARY.label}: left out."]
    assert tables.remarks(with_note(), [PRIMARY]) == ["Left out."]


def test_without_such_endpoints_there_are_no_tables() -> None:
    bare = feder().model_copy(update={"endpoints": (), "multiplicity": None})
    assert tables.continuous_table(bare, results()) is None
    assert tables.f_tests_table(bare, results()) is None


def test_each_pair_of_arms_is_named_and_its_sign_explained() -> None:
    one = PRIMARY
    pair = one.estimand.treatment
    turned = pair.model_copy(update={"arm": pair.versus, "versus": pair.arm})
    estimand = one.estimand.model_copy(update={"treatment": turned})
    other = one.model_copy(update={"estimand": estimand})
    low = "Below 0: lower (better) with"
    assert tables.signs(feder(), [one, one]) == (
        f"Differences: Ketamine minus Midazolam. {low} Ketamine."
    )
    assert tables.signs(feder(), [one, other]) == (
        "Differences: Ketamine minus Midazolam. Differences: Midazolam minus Ketamine. "
        f"{low} the first."
    )
    same_arm = pair.model_copy(update={"versus": pair.arm})
    estimand = one.estimand.model_copy(update={"treatment": same_arm})
    third = one.model_copy(update={"estimand": estimand})
    assert tables.signs(feder(), [one, third]).count("Differences: ") == 2
