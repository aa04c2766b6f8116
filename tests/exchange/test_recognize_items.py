"""The items of a form: one template, one coding, and nothing that is ambiguous."""

from typing import Any

import pandas as pd
import pytest

from equipoise.exchange.column_profile import Look
from equipoise.exchange.recognition import Scene
from equipoise.exchange.recognize_items import Form, form, frame_of, item_of
from tests.exchange.small import protocol
from tests.exchange.test_recognize_participants import look

WORDS = ("sad", "said", "tense", "sleep", "eat", "mind", "slow", "feel", "dark", "end")


def made(
    columns: dict[str, tuple[str, ...]], others: tuple[str, ...] = ()
) -> Form | None:
    looks: dict[str, Look] = {n: look(n, *t, once=False) for n, t in columns.items()}
    known = looks | {name: look(name, "1") for name in others}
    scene = Scene(protocol=protocol(), looks=known, decimal=".", long=True)
    parts = [(str(n), one) for n, one in enumerate(looks.values(), start=1)]
    return form("madrs", None, parts, scene)


def rules(found: Form | None) -> list[dict[str, Any]]:
    return [dict(one.rule) for one in found.findings] if found else []


def test_words_after_the_number_are_a_wildcard() -> None:
    columns = {f"madrs_{n}_{w}": ("0", "6") for n, w in enumerate(WORDS, start=1)}
    assert rules(made(columns)) == [{"column": "madrs_{item}_*", "to": "items.madrs"}]
    padded = {f"madrs_{n:02}_{w}": ("0", "6") for n, w in enumerate(WORDS, start=1)}
    assert rules(made(padded))[0]["column"] == "madrs_{item:02}_*"


def test_a_wildcard_that_would_match_another_column_is_not_proposed() -> None:
    columns = {f"madrs_{n}_{w}": ("0", "6") for n, w in enumerate(WORDS, start=1)}
    found = rules(made(columns, others=("madrs_3_comment",)))
    assert len(found) == 10
    assert found[2] == {"to": "item.madrs.3"}


@pytest.mark.parametrize(
    ("said", "item"),
    [
        (["2"], "2"),
        (["q02", "sad"], "2"),
        (["sad", "2"], None),
        (["12"], None),
        ([], None),
    ],
)
def test_the_item_is_the_first_number(said: list[str], item: str | None) -> None:
    assert item_of(said, protocol().scales["madrs"]) == item


def test_columns_of_one_form_share_their_frame() -> None:
    assert frame_of(["1"], ["1"], "1") == frame_of(["10"], ["10"], "10")
    assert frame_of(["1", "sad"], ["1", "sad"], "1") == "#_*"


def test_some_items_with_other_codes_are_left_out_and_the_rest_has_one_coding() -> None:
    columns = {f"madrs_{n}": ("1", "4", "7") for n in range(1, 10)}
    found = made(columns | {"madrs_10": ("1", "9")})
    assert found is not None
    assert len(found.findings) == 9
    assert all(one.confidence == "low" for one in found.findings)
    assert {one.rule["offset"] for one in found.findings} == {-1}


def test_the_sum_of_the_items_uses_their_codes() -> None:
    columns = {f"madrs_{n}": ("1", "7", "-99") for n in range(1, 11)}
    found = made(columns)
    assert found is not None
    cells = pd.DataFrame({name: ["1", "7", "-99"] for name in columns}, dtype="string")
    sums = found.sums([str(n) for n in range(1, 11)], cells)
    assert sums is not None
    assert sums.iloc[:2].tolist() == [0.0, 60.0]
    assert pd.isna(sums.iloc[2])
    assert found.sums(["11"], cells) is None
