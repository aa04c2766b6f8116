"""Rows and cells of tables are numbered in the order of their keys."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from equipoise.dataset.coded_texts import coded
from equipoise.exchange.table_places import Places, heads, ranked

ROWS = st.lists(st.tuples(st.sampled_from("ba"), st.sampled_from(["x", "w", None])))


@given(st.lists(st.integers(0, 50), min_size=1), st.sampled_from([51, 10**9]))
def test_ranks_keep_the_order_and_heads_are_the_first(
    numbers: list[int], most: int
) -> None:
    found, count = ranked(np.array(numbers), most)
    order = sorted(set(numbers))
    assert found.tolist() == [order.index(n) for n in numbers]
    assert count == len(order)
    first = [numbers.index(n) for n in order]
    assert heads(found, count).tolist() == first


@given(ROWS.filter(bool), ROWS.filter(bool))
def test_places_are_those_of_the_sorted_keys(
    one: list[tuple[str, str | None]], other: list[tuple[str, str | None]]
) -> None:
    parts = [
        pd.DataFrame(
            {
                "participant": coded(pd.Series([who for who, _ in rows])),
                "visit": coded(pd.Series([v for _, v in rows], dtype="string")),
                "field": field,
            }
        )
        for rows, field in ((one, "day"), (other, "status"))
    ]
    places = Places(["participant", "visit"], parts)
    keys = [(who, visit or "~") for who, visit in (*one, *other)]
    order = sorted(set(keys))
    assert places.rows.tolist() == [order.index(key) for key in keys]
    assert places.fields == ["day", "status"]
    cells = list(zip(keys, [0] * len(one) + [1] * len(other), strict=True))
    first = [cells.index(cell) == n for n, cell in enumerate(cells)]
    assert places.first.tolist() == first
