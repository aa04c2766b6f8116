"""One loop makes the heading and the cells of an arm."""

from __future__ import annotations

from equipoise.report.by_arm import BLANK, ArmTable, Cells, Column
from equipoise.report.table_cells import Cell
from tests.analyze.small import protocol

ARMS = ("active", "placebo")


def named(arm: str) -> Cells:
    return (Cell(f"of {arm}"),)


def texts(cells: tuple[Cells, ...]) -> list[str]:
    return ["".join(part.text for part in cell) for cell in cells]


def test_cells_stand_below_the_heading_of_their_arm_in_any_order() -> None:
    for arms in (ARMS, ARMS[::-1]):
        table = ArmTable(protocol(), arms, (Column("n"),), first="Row")
        table.row("a", named)
        made = table.made("t", "T", "note")
        labels = [protocol().arm(arm).label for arm in arms]
        assert made.head == ("Row", *(f"{label}, n" for label in labels))
        assert made.arms == (None, *arms)
        assert texts(made.rows[0][1]) == [f"of {arm}" for arm in arms]
        assert (made.name, made.title, made.note) == ("t", "T", "note")


def test_several_columns_of_an_arm_stand_together() -> None:
    table = ArmTable(protocol(), ARMS, (Column("n", "n"), Column("mean", "mean")))
    table.row("a", n=named, mean=lambda arm: (Cell(f"mean {arm}"),))
    table.row("b", mean=named)
    made = table.made("t", "T")
    assert made.head == (
        "", "Active, n", "Active, mean", "Placebo, n", "Placebo, mean",
    )  # fmt: skip
    assert made.arms == (None, "active", "active", "placebo", "placebo")
    assert texts(made.rows[0][1]) == [
        "of active", "mean active", "of placebo", "mean placebo",
    ]  # fmt: skip
    assert texts(made.rows[1][1]) == ["", "of active", "", "of placebo"]


def test_a_heading_has_no_cells_and_further_columns_belong_to_no_arm() -> None:
    table = ArmTable(protocol(), ARMS, (Column(""),), further=("Difference", "P"))
    table.heading("Part")
    table.row("a", named, (Cell("1.5"),))
    made = table.made("t", "T")
    assert made.head == ("", "Active", "Placebo", "Difference", "P")
    assert made.arms == (None, "active", "placebo", None, None)
    assert made.rows[0] == ("Part", (BLANK,) * 4)
    assert texts(made.rows[1][1]) == ["of active", "of placebo", "1.5", ""]


def test_a_heading_may_depend_on_the_arm() -> None:
    sizes = {"active": 4, "placebo": 3}
    table = ArmTable(protocol(), ARMS, (Column(lambda arm: f"N = {sizes[arm]}"),))
    table.row("a", named)
    assert table.made("t", "T").head == ("", "Active, N = 4", "Placebo, N = 3")
