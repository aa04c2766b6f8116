"""Faults of the shape: told by the names of the file, and no fault hides another."""

import copy
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from equipoise.protocol.model import Protocol
from equipoise.protocol.toml_structure import near, path, problems_of, without
from tests.protocol.faults import FEDER, Change, read

RAW = tomllib.loads(FEDER)


@pytest.mark.parametrize(
    ("change", "place", "what", "fix"),
    [
        (('label = "Week 2"', 'labl = "Week 2"'), "schedule.visits[week-2].labl",
         "key 'labl' is unknown", "did you mean 'label'?"),
        (('label = "Week 2"\n', ""), "schedule.visits[week-2].label",
         "key 'label' is absent", "add 'label'"),
        (('score = "caps5.total"\nmeasure', 'score = "caps5 total"\nmeasure'),
         "endpoints[caps5_change].variable.score",
         "'caps5 total' is not a valid name", "instrument.score"),
        (("day = 14", 'day = "two weeks"'), "schedule.visits[week-2].day",
         "'two weeks'", "right type"),
        (('role = "experimental"', 'role = "verum"'), "arms[ketamine].role", "'verum'",
         "right type"),
        (("schema = 1", "schema = 2"), "schema", "2", "right type"),
        (("[size]", "[sizes]"), "sizes", "key 'sizes' is unknown",
         "did you mean 'size'?"),
    ],
)  # fmt: skip
def test_each_fault_in_the_words_of_the_file(
    change: Change, place: str, what: str, fix: str
) -> None:
    _, problems = read(change)
    (one,) = [p for p in problems if p.where == f"trial.toml, {place}"]
    assert one.code == "EQ102"
    assert what in one.what
    assert fix in one.fix


def test_the_model_is_named_as_the_file_writes_it() -> None:
    # `schema_` and `as_` are our names; scales are no part of the file.
    _, problems = read(("schema = 1", "schema = 1\nscheme = 1"))
    assert "schema" in problems[0].fix
    assert "schema_" not in problems[0].fix
    assert "scales" not in problems[0].fix


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ((), "top level"),
        (("trial", "id"), "trial.id"),
        (("endpoints", 0, "variable", "at"), "endpoints[caps5_change].variable.at"),
        (("schedule", "visits", 1), "schedule.visits[baseline]"),
        (("endpoints", 99), "endpoints[99]"),
        (("no", "such", 0), "no.such[0]"),
    ],
)
def test_a_place_by_ids(place: tuple[str | int, ...], text: str) -> None:
    assert path(place, RAW) == text


def error_of(raw: dict[str, Any]) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Protocol.model_validate(raw)
    return caught.value


LISTS = ("arms", "eligibility", "definitions", "endpoints", "safety_rules")


@pytest.mark.property
@settings(max_examples=10)
@given(st.data())
def test_what_is_wrong_is_left_out_and_nothing_else(data: st.DataObject) -> None:
    raw: dict[str, Any] = {**RAW}
    wrong: dict[str, int] = {}
    for name in data.draw(st.lists(st.sampled_from(LISTS), min_size=1, unique=True)):
        place = data.draw(st.integers(0, len(RAW[name]) - 1))
        raw[name] = [
            one | {"nonsense": 1} if n == place else one
            for n, one in enumerate(RAW[name])
        ]
        wrong[name] = place
    before = copy.deepcopy(raw)
    error = error_of(raw)
    kept = without(raw, error)
    assert raw == before  # the file itself is not touched
    for name in RAW:
        left = RAW[name]
        if name in wrong:
            left = [one for n, one in enumerate(left) if n != wrong[name]]
        assert kept[name] == left
    assert len(problems_of(error, raw, "trial.toml")) == len(wrong)


def test_a_whole_part_that_is_wrong_goes_as_a_key() -> None:
    raw = copy.deepcopy(RAW) | {"size": "thirty"}
    assert "size" not in without(raw, error_of(raw))


def test_a_guess_is_made_only_where_something_looks_alike() -> None:
    assert near("labl", ["label", "day"]) == "did you mean 'label'? "
    assert near("xyz", ["label", "day"]) == ""
    assert near("labl", []) == ""
