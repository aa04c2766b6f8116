"""The problems as a table, and the counts for a program."""

from equipoise.report.inspection.problems import (
    acceptable,
    affected,
    problem_table,
    summary,
)
from tests.report.inspection.shown import WRONG, findings


def test_each_problem_is_a_row() -> None:
    shown = findings(*WRONG)
    table = problem_table(shown)
    assert list(table["code"]) == [p.problem.code for p in shown.problems]
    assert list(table["rows"]) == [affected(p) for p in shown.problems]
    assert not table["accepted"].any()
    assert problem_table(findings()).empty


def test_what_may_be_accepted_is_listed_with_its_consequence() -> None:
    codes = {code: meaning for code, _, _, meaning, _ in acceptable(findings(*WRONG))}
    assert "EQ312" in codes
    assert "the items are used" in codes["EQ312"]


def test_the_summary_states_none_for_what_was_not_collected() -> None:
    made = summary(findings())
    assert made["refused"] is False
    assert made["tables"]["events"] is None  # type: ignore[index]
    assert made["tables"]["participants"] == 24  # type: ignore[index]
