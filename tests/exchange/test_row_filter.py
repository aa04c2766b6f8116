"""Row filters: see also test_long_items.py for what a reader of data meets."""

import pandas as pd

from equipoise.exchange.row_filter import as_text, matches


def test_numbers_are_compared_as_numbers_and_all_conditions_apply() -> None:
    cells = pd.DataFrame(
        {"a": ["1", "1.0", "01", "x", ""], "b": ["y", "n", "y", "y", "y"]},
        dtype="string",
    )
    assert list(matches(cells, {"a": "1"})) == [True, True, True, False, False]
    both = {"a": ("1", ""), "b": "y"}
    assert list(matches(cells, both)) == [True, False, True, False, True]
    assert as_text(both) == "a is '1' or empty and b is 'y'"
