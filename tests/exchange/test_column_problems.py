"""Problems of column names: one for one cause, in few names."""

from equipoise.exchange.column_problems import (
    absent_column,
    absent_items,
    several_columns,
    shared_column,
)

COLUMNS = [f"q{n}" for n in range(1, 101)]
ITEMS = [str(n) for n in range(1, 23)]


def test_an_absent_column_names_the_nearest_ten() -> None:
    problem = absent_column("q200", COLUMNS, "columns, q200")
    assert problem.code == "EQ333"
    assert "nearest of 100 columns: " in problem.fix
    assert problem.fix.partition("columns: ")[2].count(",") == 9


def test_many_items_are_one_problem() -> None:
    problem = absent_items("bdi_{item}", ITEMS, ITEMS, COLUMNS)
    assert (
        "for 22 of 22 items: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 12 more" in problem.what
    )
    assert absent_items("Q{item}", ITEMS, ITEMS, COLUMNS).fix.startswith(
        "did you mean 'q{item}'?"
    )


def test_candidates_are_listed() -> None:
    problem = several_columns("q{item}*", [("1", ["q1", "q1b"])], "columns")
    assert "for item 1: q1, q1b" in problem.what
    assert problem.records is None
    many = several_columns("q*", [("", COLUMNS)], "columns")
    assert many.records is not None
    assert len(many.records) == 100
    assert "for 2 items: q1" in shared_column("q{item}", ["q1", "q1"], "columns").what
