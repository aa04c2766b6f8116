"""Coded columns are the same texts, in the same order, with the same answers."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from equipoise.dataset.checked import check_tables
from equipoise.dataset.coded_texts import (
    as_texts,
    by_text,
    coded,
    constant,
    is_coded,
    is_one_of,
    joined,
    plain,
    used,
)
from tests.dataset.tiny import tiny

TEXTS = st.lists(st.none() | st.text(alphabet="ab-1é", min_size=1, max_size=3))


def texts(values: list[str | None]) -> pd.Series:
    """A column of plain texts."""
    return pd.Series(values, dtype="string")


@given(TEXTS)
def test_a_coded_column_is_its_texts_in_their_order(values: list[str | None]) -> None:
    column = texts(values)
    made = coded(column)
    assert is_coded(made)
    pd.testing.assert_series_equal(as_texts(made), column)
    pd.testing.assert_series_equal(
        as_texts(made.sort_values(kind="stable")), column.sort_values(kind="stable")
    )


@given(TEXTS, TEXTS)
def test_columns_are_joined_and_compared_as_texts(
    one: list[str | None], other: list[str | None]
) -> None:
    both = joined([coded(texts(one)), coded(texts(other))])
    assert as_texts(both).tolist() == texts([*one, *other]).tolist()
    found = is_one_of(coded(texts(one)), coded(texts(other)))
    known = texts(one).notna()
    assert found[known].tolist() == texts(one)[known].isin(texts(other)).tolist()


@given(TEXTS, TEXTS)
def test_rows_of_one_column_are_joined_with_its_texts(
    one: list[str | None], other: list[str | None]
) -> None:
    whole = coded(texts([*one, *other]))
    both = joined([whole.iloc[: len(one)], whole.iloc[len(one) :]])
    pd.testing.assert_series_equal(both, whole)
    some = whole.iloc[: len(one)]
    assert used(some).tolist() == sorted({text for text in one if text is not None})


def test_each_text_is_looked_up_and_a_constant_is_one_text() -> None:
    column = coded(texts(["b", None, "a"]))
    assert by_text(column, {"a": 1.0}, 0.0).tolist() == [0.0, 0.0, 1.0]
    assert as_texts(pd.Series(constant("x", 2))).tolist() == ["x", "x"]
    assert pd.Series(constant(None, 2)).isna().all()


@given(st.data())
def test_coded_tables_are_checked_like_plain_ones(data: st.DataObject) -> None:
    people = data.draw(
        st.lists(st.sampled_from(["P-2", "P-1", "X", "a\x00"]), max_size=4)
    )
    visits = st.sampled_from(["baseline", "week-1", "nowhere", "", None])
    rows = data.draw(st.lists(st.tuples(st.sampled_from([*people, "Z", None]), visits)))
    tables = {
        "participants": pd.DataFrame({"participant": texts(people)}),
        "visits": pd.DataFrame(
            {
                "participant": texts([who for who, _ in rows]),
                "visit": texts([visit for _, visit in rows]),
                "status": texts(["done"] * len(rows)),
            }
        ),
    }
    quick = {
        name: frame.assign(**{n: coded(column) for n, column in frame.items()})
        for name, frame in tables.items()
    }
    one, other = check_tables(tiny(), tables), check_tables(tiny(), quick)
    assert one.problems == other.problems
    for mine, its in zip(one.problems, other.problems, strict=True):
        if mine.records is not None:
            pd.testing.assert_frame_equal(mine.records, its.records)
    for name, frame in one.tables.items():
        pd.testing.assert_frame_equal(frame, other.tables[name])
        assert plain(frame) is frame
