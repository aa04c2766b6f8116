"""The hash of an entry: bound to every field and to all before it."""

from dataclasses import replace

import pytest

from equipoise.conduct.audit.chain import START, Fact, Written, bind, link

FACT = Fact("answer", "vitals", "infusion-1", -30, "SYSBP", "120", "typing error")
ENTRY = Written("P0001", 3, "2027-01-04T09:00:00.000000+00:00", "nurse", "p", FACT)


@pytest.mark.parametrize(
    "other",
    [
        replace(ENTRY, chain="P0002"),
        replace(ENTRY, seq=4),
        replace(ENTRY, at="2027-01-04T09:00:00.000001+00:00"),
        replace(ENTRY, actor="nurse2"),
        replace(ENTRY, protocol="q"),
        replace(ENTRY, fact=replace(FACT, act="correct")),
        replace(ENTRY, fact=replace(FACT, form="infusion")),
        replace(ENTRY, fact=replace(FACT, visit="infusion-2")),
        replace(ENTRY, fact=replace(FACT, minute=30)),
        replace(ENTRY, fact=replace(FACT, minute=None)),
        replace(ENTRY, fact=replace(FACT, item="DIABP")),
        replace(ENTRY, fact=replace(FACT, value="121")),
        replace(ENTRY, fact=replace(FACT, value=None)),
        replace(ENTRY, fact=replace(FACT, reason="")),
    ],
)
def test_every_field_counts(other: Written) -> None:
    assert link(START, other) != link(START, ENTRY)


def test_what_was_before_counts() -> None:
    assert link(START, ENTRY) != link(link(START, ENTRY), ENTRY)
    assert len(link(START, ENTRY)) == 32


def test_fields_cannot_be_shifted_into_each_other() -> None:
    assert bind(b"", ["a", "bc"]) != bind(b"", ["ab", "c"])
    assert bind(b"", ["1:a"]) != bind(b"", ["1", "a"])


def test_a_fact_has_a_place() -> None:
    assert FACT.place == ("vitals", "infusion-1", -30, "SYSBP")
