from __future__ import annotations

import pickle

import pytest
from pydantic import ValidationError

from tests.instruments.small import small


def test_items_of_a_score_follow_its_conditions() -> None:
    assert small().items_of("met") == ("a", "b", "c", "d")


def test_alternatives_need_one_answer() -> None:
    assert small().answers_needed("highest") == (("d",), ("e", "f"))


def test_allowed_answers_are_the_values_or_else_the_range() -> None:
    items = small().items
    assert items["a"].allowed == (0, 1, 2, 3)
    assert items["d"].allowed == (0, 2, 4)


def test_unknown_score_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="nothing"):
        small().items_of("nothing")


def test_an_instrument_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        small().name = "other"


def test_an_instrument_travels_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(small())) == small()  # noqa: S301 - our own bytes
