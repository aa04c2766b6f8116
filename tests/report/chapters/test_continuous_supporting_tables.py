"""Effect sizes, sensitivity analyses, intercurrent events, multiplicity, subgroups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from equipoise.report.blocks import Table
from equipoise.report.chapters import continuous_supporting_tables as tables
from tests.analyze.feder import feder
from tests.report.chapters.test_continuous_tables import cells_of, shown
from tests.report.made import results, texts

PRIMARY = feder().endpoint("caps5_change")


# Not built before a test needs one: the analysis takes seconds.
TABLES: dict[str, Callable[[], Table | None]] = {
    "standardized": lambda: tables.standardized_table(feder(), results()),
    "sensitivity": lambda: tables.sensitivity_table(feder(), results()),
    "intercurrent": lambda: tables.intercurrent_table(feder(), results()),
    "decisions": lambda: tables.decisions_table(feder(), results()),
    "subgroups": lambda: tables.subgroups_table(feder(), results(), PRIMARY),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_column_holds_its_arm(name: str) -> None:
    table = TABLES[name]()
    assert table is not None
    found = cells_of(table)
    assert found
    for _, arm, head, row in found:
        wanted = "ketamine - midazolam" if arm is None else arm
        assert row.contrast == wanted, (head, row.id)
    assert table.group == "14.2"


def test_the_definition_of_the_reference_paper_comes_first() -> None:
    table = tables.standardized_table(feder(), results())
    assert table is not None
    assert table.head[1] == "d, 2t/√df (95% CI)"
    for _, row in table.rows:
        first = row[0][0]
        assert first.id is not None
        assert ".effect-size-t." in first.id


def test_each_analysis_states_what_was_missing_and_what_was_set_aside() -> None:
    table = tables.sensitivity_table(feder(), results())
    found = texts(table)
    assert table is not None
    # The jump has its twin among the five; the increments a row of their own.
    assert len(found) == 1 + len(PRIMARY.sensitivity) + 1
    assert "\u2003\u2003Supporting: multiple imputation, Rubin's rules" in [
        label for label, _ in table.rows
    ]
    assert (
        "what SAS PROC MIANALYZE and the Bayesian methods of rbmi print" in table.note
    )
    for part in PRIMARY.sensitivity:
        row = found[part.label]
        for place, arm in enumerate(("ketamine", "midazolam")):
            for more, kind in enumerate(("imputed", "set-aside")):
                own = results()[f"caps5_change.{kind}.{part.id}.{arm}"]
                assert row[2 * place + more] == f"{own.estimate:.0f}/{own.n}"
        assert row[0] == "0/15"  # all were rated at week 2
        assert row[-1] == "–"
    assert table.title == "Sensitivity and supplementary analyses"
    assert "targets another estimand" in table.note
    assert len(table.note) < 1900


def test_endpoints_with_the_same_events_share_one_block() -> None:
    table = tables.intercurrent_table(feder(), results())
    assert table is not None
    assert [label for label, _ in table.rows if not label.startswith("\u2003")] == [
        "All continuous endpoints"
    ]
    assert len(table.rows) == 3
    other = tuple(
        replace(row, estimate=5.0) if row.id.startswith("madrs_change.inter") else row
        for row in results()
    )
    table = tables.intercurrent_table(feder(), replace(results(), estimates=other))
    assert table is not None
    heads = [label for label, _ in table.rows if not label.startswith("\u2003")]
    assert len(heads) == 2
    assert heads[1] == "Change in MADRS total from baseline to week 2 (secondary)"


def test_intercurrent_events_that_are_not_known_are_no_zero() -> None:
    rows = tuple(
        replace(row, estimate=None, note="the data hold no record of disposition")
        if row.analysis == "intercurrent"
        else row
        for row in results()
    )
    table = tables.intercurrent_table(feder(), replace(results(), estimates=rows))
    assert table is not None
    cells = [
        texts(table)[label][0] for label in texts(table) if "(treatment p" in label
    ]
    assert cells
    assert all(cell.startswith("–/") for cell in cells)
    assert "–: the data hold no record of disposition." in table.note


def test_the_multiplicity_procedure_says_what_is_rejected() -> None:
    table = tables.decisions_table(feder(), results())
    assert table is not None
    assert table.title == (
        "Multiplicity: fixed-sequence procedure, two-sided alpha 0.05"
    )
    assert table.head[-1] == "Null hypothesis"
    found = texts(table)
    for name in ("caps5_change", "response", "madrs_change"):
        row = found[feder().endpoint(name).label]
        p = results()[f"{name}.adjusted-p"].p or 0
        assert row[2] == ("rejected" if p <= 0.05 else "not rejected")


def test_subgroups_and_their_interaction() -> None:
    found = texts(tables.subgroups_table(feder(), results(), PRIMARY))
    assert found["Sex"][2] != "–"
    assert found["Other"][1] == "–"
    own = results()["caps5_change.subgroup.sex.Female"]
    assert found["Female"][0] == str(own.n)
    assert found["Female"][1].startswith(shown(own.estimate))


def test_without_such_endpoints_there_are_no_tables() -> None:
    bare = feder().model_copy(update={"endpoints": (), "multiplicity": None})
    for make in (
        tables.standardized_table,
        tables.sensitivity_table,
        tables.intercurrent_table,
        tables.decisions_table,
    ):
        assert make(bare, results()) is None
