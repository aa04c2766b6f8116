from __future__ import annotations

import pytest

from equipoise.errors import InstrumentError
from equipoise.instruments.load import parse_instrument
from tests.instruments.small import changed

FAULTS = {
    "no provenance": (
        ("points = 3\nassumed = true", "points = 3"),
        "EQ202",
        "has neither a source",
    ),
    "two provenances": (
        ("points = 3\nassumed = true", 'points = 3\nsource = "x"\nassumed = true'),
        "EQ202",
        "has both a source",
    ),
    "missing rule without provenance": (
        ('at_most = 2, source = "made up"', "at_most = 2"),
        "EQ202",
        "scores.mean.missing",
    ),
    "response without provenance": (
        ('range = [0, 3], source = "made up" }', "range = [0, 3] }"),
        "EQ202",
        "response: each has neither",
    ),
    "id that is not the key": (
        ("d = { label", 'd = { id = "dd", label'),
        "EQ203",
        "the id 'dd' differs from the key 'd'",
    ),
    "unknown item of a score": (
        ('items = ["a", "b"]', 'items = ["a", "z"]'),
        "EQ203",
        "no items z",
    ),
    "unknown score of a condition": (
        ('score = "present"', 'score = "presence"'),
        "EQ203",
        "no scores presence",
    ),
    "unknown score of a change": (
        ('score = "total"\npoints', 'score = "sum"\npoints'),
        "EQ203",
        "no scores sum",
    ),
    "unknown primary score": (
        ('primary_score = "total"', 'primary_score = "sum"'),
        "EQ203",
        "primary_score",
    ),
    "nothing observed, which no item can say": (
        ('primary_score = "total"', 'primary_score = "total"\nsymptom_free = 9'),
        "EQ204",
        "9 is not a response to items",
    ),
    "unknown alternative": (
        (
            '[[alternatives]]\nitems = ["e", "f"]',
            '[[alternatives]]\nitems = ["e", "z"]',
        ),
        "EQ203",
        "no items z",
    ),
    "score that rests on itself": (
        ('score = "present"', 'score = "met"'),
        "EQ203",
        "depends on itself",
    ),
    "rule without its key": (
        ("at_least = 2\nitems", "items"),
        "EQ205",
        "needs 'at_least'",
    ),
    "key that the rule does not use": (
        ('rule = "recorded"', 'rule = "recorded"\nitems = ["a"]'),
        "EQ205",
        "does not use 'items'",
    ),
    "item named twice": (
        ('groups = [["d"], ["e", "f"]]', 'groups = [["d"], ["e", "f", "d"]]'),
        "EQ205",
        "more than once: d",
    ),
    "empty group": (
        ('groups = [["d"],', 'groups = [[], ["d"],'),
        "EQ201",
        "scores.highest.groups",
    ),
    "condition on nothing": (
        ('score = "present", at_least', "at_least"),
        "EQ205",
        "exactly one of score and any_of",
    ),
    "count that is prorated": (
        (
            'items = ["a", "b"]\n',
            'items = ["a", "b"]\n'
            'missing = { rule = "prorate", at_most = 1, assumed = true }\n',
        ),
        "EQ205",
        "cannot be prorated",
    ),
    "prorating without a limit": ((", at_most = 2", ""), "EQ205", "needs at_most"),
    "prorating everything": (("at_most = 2", "at_most = 3"), "EQ205", "there are 3"),
    "alternatives in two sets": (
        (
            "[[alternatives]]",
            '[[alternatives]]\nitems = ["f", "d"]\nassumed = true\n\n[[alternatives]]',
        ),
        "EQ205",
        "more than once: f",
    ),
    "alternatives that are added up": (
        ('groups = [["d"], ["e", "f"]]', 'groups = [["d"], ["e"], ["f"]]'),
        "EQ205",
        "does not take the highest",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named(fault: str) -> None:
    piece, code, told = FAULTS[fault]
    with pytest.raises(InstrumentError) as caught:
        parse_instrument(changed(piece), origin="small.toml")
    problems = [p for p in caught.value.problems if p.code == code]
    assert any(told in str(problem) for problem in problems)
    assert all(problem.where.startswith("small.toml, ") for problem in problems)


def test_items_without_provenance_are_named_together() -> None:
    piece = ('range = [0, 3], source = "made up" }', "range = [0, 3] }")
    with pytest.raises(InstrumentError) as caught:
        parse_instrument(changed(piece), origin="small.toml")
    assert len(caught.value.problems) == 1
