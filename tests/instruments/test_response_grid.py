from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.instruments.response_grid import Address, Level, grid, named_like
from tests.instruments.small import small

COLUMNS = {
    "object": pd.Series(["b", "a", np.nan, "b"], dtype=object),
    "string": pd.Series(["b", "a", None, "b"], dtype="string"),
    "category": pd.Series(["b", "a", None, "b"], dtype="category"),
    "float": pd.Series([2.0, 1.0, np.nan, 2.0]),
    "Int64": pd.Series([2, 1, None, 2], dtype="Int64"),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_codes_are_in_the_order_of_the_values(kind: str) -> None:
    assert Level.of(COLUMNS[kind]).codes.tolist() == [1, 0, -1, 1]


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_key_gives_back_its_columns(kind: str) -> None:
    column = COLUMNS[kind]
    address = Address.of((Level.of(column), Level.of(column[::-1])))
    first, second = address.columns(address.key)
    pd.testing.assert_series_equal(pd.Series(first), column)
    pd.testing.assert_series_equal(
        pd.Series(second), column[::-1].reset_index(drop=True)
    )


def test_categories_keep_their_own_order() -> None:
    column = pd.Series(pd.Categorical(["a", "b"], categories=["b", "a"], ordered=True))
    assert Level.of(column).codes.tolist() == [1, 0]


def test_positions_of_unknown_values_are_negative() -> None:
    level = Level.of(pd.Series(["x", "a", "b"]))
    assert level.positions({"b": None, "a": None}).tolist() == [1, 0, -1]


@pytest.mark.property
@given(
    pairs=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 5)), min_size=1),
    space=st.sampled_from([201, 10**9]),
)
def test_dense_and_sparse_keys_are_placed_alike(
    pairs: list[tuple[int, int]], space: int
) -> None:
    key, item = np.array(pairs).T
    value = np.arange(len(pairs), dtype=float)
    placed = grid(small(), key=key, space=space, item=item, value=value)
    assert placed.key.tolist() == sorted(set(key.tolist()))
    assert placed.key[placed.form].tolist() == key.tolist()
    assert placed.repeated == (len(set(pairs)) < len(pairs))
    for (one, column), number in dict(zip(pairs, value, strict=True)).items():
        row = placed.key.tolist().index(one)
        assert placed.answers[column, row] == number
    assert np.isfinite(placed.answers).sum() == len(set(pairs))


@pytest.mark.parametrize("kind", ["object", "string", "category", "Int64"])
def test_names_take_the_type_of_text_columns(kind: str) -> None:
    named = pd.Series(named_like(COLUMNS[kind], ["x", "y"], np.array([1, 0])))
    assert named.tolist() == ["y", "x"]
    assert named.dtype == {"Int64": "object"}.get(kind, named.dtype)
    assert isinstance(named.dtype, pd.CategoricalDtype) == (kind == "category")
