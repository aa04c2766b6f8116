"""Tables print all their columns, and say how many rows are left."""

import copy

import numpy as np
import pandas as pd

from equipoise.stats.table import Table, page_of


def test_a_table_prints_every_column_and_says_how_many_rows_are_left() -> None:
    wide = Table({f"column {n}": np.linspace(0, 1, 80) for n in range(30)})
    text = repr(wide)
    assert all(name in text for name in wide)
    assert text.split("\n")[-1] == "and 20 more rows of 80"
    assert "20 more rows" in wide._repr_html_()
    assert type(wide.head()) is pd.DataFrame
    assert type(copy.copy(wide)) is type(copy.deepcopy(wide)) is Table


def test_a_page_escapes_texts_and_shows_what_there_is() -> None:
    page = page_of(
        "a < b", [("name", "<i>")], [("A & B", Table({"p": [np.nan]}))], ["<"]
    )
    for text in ("a &lt; b", "&lt;i&gt;", "A &amp; B", "<td>NA</td>", "<p>&lt;</p>"):
        assert text in page
    assert "<table" not in page_of("nothing", [], [])
