"""Templates of columns: each stands for one column of an item, or for none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.column_names import (
    is_template,
    matching,
    nearest,
    shortened,
    suggested,
)

BDI = [f"bdi_{item}_{word}" for item, word in enumerate(["sad", "guilt"] * 10, 1)]
ITEMS = [str(item) for item in range(1, 21)]


def test_a_word_after_the_number_is_matched() -> None:
    assert matching("bdi_{item}_*", "1", BDI) == ["bdi_1_sad"]
    assert matching("bdi_{item:02}_*", "1", BDI) == []
    assert matching("bdi_{item:02}_*", "1", ["bdi_01_x", "bdi_1_x"]) == ["bdi_01_x"]


def test_an_item_ends_where_its_digits_end() -> None:
    assert matching("bdi_{item}*", "1", ["bdi_10_x", "bdi_15"]) == []
    assert matching("*{item}_x", "1", ["q11_x", "q1_x"]) == ["q1_x"]


def test_signs_of_other_notations_are_plain_text() -> None:
    columns = ["How sad [1]?", "How sad 1", "a.b1", "axb1"]
    assert matching("How sad [{item}]?", "1", columns) == ["How sad [1]?"]
    assert matching("a.b{item}*", "1", columns) == ["a.b1"]


def test_a_column_named_exactly_so_comes_first() -> None:
    assert matching("note *", "", ["note a", "note *"]) == ["note *"]
    assert matching("note", "", ["note a"]) == []


@given(
    st.sets(st.integers(1, 60), min_size=1),
    st.sampled_from(["q{item}_*", "q{item}*", "*{item}_*", "q_{item:02}*"]),
    st.sampled_from(["", "_", "_word", "_word2", "x"]),
)
def test_no_column_is_read_for_two_items(
    numbers: set[int], template: str, end: str
) -> None:
    """Law: whatever items a file has, a column belongs to at most one of them."""
    columns = [f"q{n}{end}" for n in numbers] + [f"q_{n:02}{end}" for n in numbers]
    owners: dict[str, str] = {}
    for item in map(str, range(1, 61)):
        for column in matching(template, item, columns):
            assert owners.setdefault(column, item) == item


@pytest.mark.parametrize(
    ("template", "better"),
    [
        ("bdi_{item}", "bdi_{item}_*"),
        ("bdi_{item:02}", "bdi_{item}_*"),
        ("BDI_{item}", "bdi_{item}_*"),
        ("di_{item}", "*di_{item}_*"),
        ("hamd_{item}", None),
    ],
)
def test_a_better_template(template: str, better: str | None) -> None:
    assert suggested(template, ITEMS, BDI) == better


def test_few_names() -> None:
    assert shortened(ITEMS[:10]) == ", ".join(ITEMS[:10])
    assert shortened(ITEMS) == f"{', '.join(ITEMS[:10])} and 10 more"
    assert len(nearest("bdi_1_sadness", BDI)) == 10
    assert nearest("zzz", ["a", "b"]) == ["a", "b"]
    assert is_template("a{item:02}")
    assert not is_template("a*")
