"""A mapping file: every problem at once, with its place."""

import pytest

from equipoise.errors import DataError, Problem
from equipoise.exchange.mapping import ManyFiles, Visit, parse_mapping
from tests.exchange.small import MAPPING, START, one_file


def problems(text: str) -> list[Problem]:
    with pytest.raises(DataError) as refusal:
        parse_mapping(text, origin="mapping.toml")
    return list(refusal.value.problems)


def test_a_mapping_of_one_file() -> None:
    mapping = one_file(MAPPING)
    assert mapping.participant.column == "id"
    assert mapping.columns[0].values == {"K": "ketamine", "M": "midazolam"}


def test_a_mapping_of_many_files() -> None:
    text = 'schema = 1\n[files."a.csv"]\nparticipant = { column = "id" }\n'
    mapping = parse_mapping(text, origin="mapping.toml")
    assert isinstance(mapping, ManyFiles)
    assert mapping.files["a.csv"].participant.column == "id"


def test_codes_for_nothing_may_be_written_as_numbers() -> None:
    assert one_file(START + "file = { missing = [-99, 'NA'] }").file.missing == (
        "-99",
        "NA",
    )


def test_one_or_several_columns_tell_the_visit() -> None:
    assert Visit(column="a").columns == ("a",)
    assert Visit(column=("a", "b")).columns == ("a", "b")


def test_a_text_that_is_no_toml_is_refused() -> None:
    assert [p.code for p in problems("schema = ")] == ["EQ331"]


def test_every_problem_is_named_with_its_place() -> None:
    text = """\
schema = 2
participant = { colum = "id" }
[file]
decimal = "'"
[[columns]]
column = "a"
to = "participants.age"
valus = { 1 = 2 }
[[columns]]
column = "b"
format = "dd-mm-yyyy"
"""
    found = problems(text)
    assert {p.code for p in found} == {"EQ332"}
    places = {p.where.removeprefix("mapping.toml, "): p for p in found}
    assert set(places) == {
        "schema",
        "participant.column",
        "participant.colum",
        "file.decimal",
        "columns.0.valus",
        "columns.1.to",
        "columns.1.format",
    }
    assert "did you mean 'values'" in places["columns.0.valus"].fix
    assert "did you mean 'column'" in places["participant.colum"].fix


def test_an_unknown_key_of_a_file_names_the_keys_of_a_file() -> None:
    text = (
        'schema = 1\n[files."a.csv"]\nparticipant = { column = "id" }\nignores = {}\n'
    )
    (problem,) = problems(text)
    assert "did you mean 'ignore'" in problem.fix


def test_a_mapping_states_what_was_collected_and_is_empty() -> None:
    assert one_file(MAPPING).collected_and_empty == ()
    text = MAPPING.replace(
        "schema = 1\n", 'schema = 1\ncollected_and_empty = ["events"]\n'
    )
    assert one_file(text).collected_and_empty == ("events",)
    many = (
        'schema = 1\ncollected_and_empty = ["events"]\n'
        '[files."a.csv"]\nparticipant = { column = "id" }\n'
    )
    assert parse_mapping(many, origin="m.toml").collected_and_empty == ("events",)


def test_a_table_that_does_not_exist_cannot_be_empty() -> None:
    text = MAPPING.replace(
        "schema = 1\n", 'schema = 1\ncollected_and_empty = ["event"]\n'
    )
    found = problems(text)
    assert [p.code for p in found] == ["EQ332"]
    assert "collected_and_empty" in found[0].where
