"""Tables checked without refusing them."""

import pandas as pd

from equipoise.dataset.checked import check_tables, sorted_by_key
from equipoise.dataset.tables import TABLES
from tests.exchange.small import protocol


def test_every_problem_is_returned_and_the_rest_is_typed() -> None:
    people = pd.DataFrame({"participant": ["P2", "P1"], "age": ["17", "x"]})
    checked = check_tables(protocol(), {"participants": people, "strange": people})
    assert {"EQ301", "EQ302", "EQ309"} <= {p.code for p in checked.problems}
    assert list(checked.tables["participants"]["participant"]) == ["P1", "P2"]
    assert not checked.unblinded


def test_rows_are_sorted_by_the_key_of_their_table() -> None:
    frame = pd.DataFrame({"participant": ["b", "a"]})
    assert list(sorted_by_key(TABLES["participants"], frame)["participant"]) == [
        "a",
        "b",
    ]
