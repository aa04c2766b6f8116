"""Look-alikes never win over the total, and what is as likely is marked."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from equipoise.exchange.candidates import choose
from equipoise.exchange.mapping_proposal import Proposal, propose_mapping
from equipoise.exchange.recognition import Finding
from tests.exchange.small import protocol

TOTALS = (31, 18, 27, 24, 40, 12, 22, 35, 28, 19, 33, 26)
LOOKALIKES = {
    "madrs": lambda n: 1,  # a tick: done
    "madrs_done": lambda n: 1,
    "madrs_severity": lambda n: min(3, n // 10),
    "madrs_band": lambda n: n // 20,
    "madrs_rating": lambda n: n % 2,
    "madrs_complete": lambda n: 2,
    "baseline_madrs_complete": lambda n: n % 3,
    "madrs_date": lambda n: f"2026-03-{1 + n % 28:02}",
    "madrs_timestamp": lambda n: f"2026-03-{1 + n % 28:02} 10:11",
    "madrs_by": lambda n: "AB",
    "madrs_change": lambda n: n - 20,
    "madrs_response": lambda n: n % 2,
}


def proposed(folder: Path, columns: dict[str, list[Any]]) -> Proposal:
    path = folder / "export.csv"
    n = len(next(iter(columns.values())))
    lines = [",".join(["id", "visit", *columns])]
    for row in range(n):
        key = [f"P{row // 2}", ("baseline", "day-1")[row % 2]]
        lines.append(",".join([*key, *(str(cells[row]) for cells in columns.values())]))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return propose_mapping(path, protocol())


def total(made: Proposal) -> str | None:
    rules = tomllib.loads(made.text).get("columns", [])
    return next((r["column"] for r in rules if r["to"] == "score.madrs.total"), None)


@pytest.mark.parametrize("name", LOOKALIKES)
@pytest.mark.parametrize("real", ["madrs_total", "madrs_score", "MADRS_sum"])
def test_a_look_alike_never_wins_over_the_total(
    tmp_path: Path, name: str, real: str
) -> None:
    alike = [LOOKALIKES[name](n) for n in TOTALS]
    for columns in (
        {name: alike, real: list(TOTALS)},
        {real: list(TOTALS), name: alike},
    ):
        made = proposed(tmp_path, columns)
        assert total(made) == real
        assert "CHECK" not in made.text


@pytest.mark.parametrize("name", LOOKALIKES)
def test_a_look_alike_alone_is_no_total(tmp_path: Path, name: str) -> None:
    made = proposed(tmp_path, {name: [LOOKALIKES[name](n) for n in TOTALS]})
    assert total(made) is None


def test_every_look_alike_at_once(tmp_path: Path) -> None:
    columns = {n: [made(t) for t in TOTALS] for n, made in LOOKALIKES.items()}
    made = proposed(tmp_path, {**columns, "madrs_total": list(TOTALS)})
    assert total(made) == "madrs_total"


def test_two_totals_are_to_be_checked(tmp_path: Path) -> None:
    other = [n + 1 for n in TOTALS]
    made = proposed(tmp_path, {"madrs_total": list(TOTALS), "madrs_tot2": other})
    assert total(made) == "madrs_total"
    assert "CHECK: named like" in made.text
    assert "as likely: madrs_tot2" in made.text.replace("\n# ", " ")


def test_the_sum_of_the_items_decides(tmp_path: Path) -> None:
    items = {f"madrs_{i}": [(n + i) % 7 for n in TOTALS] for i in range(1, 11)}
    sums = [sum(items[i][row] for i in items) for row in range(len(TOTALS))]
    wrong = [n % 61 for n in reversed(TOTALS)]
    made = proposed(tmp_path, {"madrs_total": wrong, "madrs_score": sums, **items})
    assert total(made) == "madrs_score"
    assert "equals the sum of the items in 12 of 12 rows" in made.text.replace(
        "\n# ", " "
    )


def finding(column: str, points: float, to: str = "x") -> Finding:
    return Finding((column,), {"to": to}, "why", "high", points)


def test_each_field_gets_one_column_and_each_column_one_field() -> None:
    made = choose(
        [
            finding("a", 3),
            finding("b", 5),
            finding("b", 4, "y"),
            finding("a", 2, "y"),
        ],
        ["a", "b"],
    )
    assert [(f.columns[0], f.rule["to"]) for f in made] == [("a", "y"), ("b", "x")]
    assert all(not f.others for f in made)


def test_the_first_of_equals_is_proposed_and_marked() -> None:
    (one,) = choose([finding("b", 3), finding("a", 3)], ["a", "b"])
    assert one.columns == ("a",)
    assert one.confidence == "low"
    (one,) = choose([finding("b", 1), finding("a", 3)], ["a", "b"])
    assert one.confidence == "high"
    assert one.others == ("b (why)",)
