"""The hash of an entry: bound to every field and to all before it."""

from dataclasses import replace
from typing import Any

import pytest

from equipoise.conduct.audit.hash_chain import START, Fact, bind, link

FACT = Fact("answer", "vitals", "infusion-1", -30, "SYSBP", "120", "typing error")
ENTRY = ("P0001", 3, "2027-01-04T09:00:00.000000+00:00", "nurse", "p", FACT)


@pytest.mark.parametrize(
    "other",
    [
        (0, "P0002"),
        (1, 4),
        (2, "2027-01-04T09:00:00.000001+00:00"),
        (3, "nurse2"),
        (4, "q"),
        (5, replace(FACT, act="correct")),
        (5, replace(FACT, form="infusion")),
        (5, replace(FACT, visit="infusion-2")),
        (5, replace(FACT, minute=30)),
        (5, replace(FACT, minute=None)),
        (5, replace(FACT, item="DIABP")),
        (5, replace(FACT, value="121")),
        (5, replace(FACT, value=None)),
        (5, replace(FACT, reason="")),
    ],
)
def test_every_field_counts(other: tuple[int, Any]) -> None:
    place, value = other
    changed = [*ENTRY[:place], value, *ENTRY[place + 1 :]]
    assert link(START, *changed) != link(START, *ENTRY)


def test_what_was_before_counts() -> None:
    assert link(START, *ENTRY) != link(link(START, *ENTRY), *ENTRY)
    assert len(link(START, *ENTRY)) == 32


def test_fields_cannot_be_shifted_into_each_other() -> None:
    assert bind(b"", ["a", "bc"]) != bind(b"", ["ab", "c"])
    assert bind(b"", ["1:a"]) != bind(b"", ["1", "a"])
