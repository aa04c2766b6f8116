"""A file of a form: read, or every problem at once."""

from __future__ import annotations

import pytest

from equipoise import library
from equipoise.errors import ProtocolError
from equipoise.protocol.form_file import parse_form

SLEEP = """
schema = 1
id = "sleep"
title = "Sleep"
any_time = true

[[fields]]
id = "hours"
label = "Hours of sleep"
type = "number"
min = 0
max = 24
"""


def test_a_form_as_it_is_written() -> None:
    form = parse_form(SLEEP, origin="sleep.toml")
    assert (form.id, form.by, form.repeats) == ("sleep", "coordinator", False)
    (field,) = form.fields
    assert (field.id, field.min, field.max, field.required) == ("hours", 0, 24, True)


@pytest.mark.parametrize("name", library.names("forms"))
def test_the_forms_of_the_library_are_read(name: str) -> None:
    form = parse_form(library.text("forms", name), origin=f"{name}.toml")
    assert form.fields


@pytest.mark.parametrize("schema", ["", "schema = 2"])
def test_another_schema_is_refused(schema: str) -> None:
    with pytest.raises(ProtocolError, match="EQ119 the schema is absent or unknown"):
        parse_form(SLEEP.replace("schema = 1", schema), origin="sleep.toml")


def test_what_is_no_toml() -> None:
    with pytest.raises(ProtocolError, match="EQ101"):
        parse_form("id = ", origin="sleep.toml")


def test_every_part_of_the_wrong_shape_is_named() -> None:
    text = SLEEP.replace('"number"', '"decimal"').replace("any_time", "anytime")
    with pytest.raises(ProtocolError) as refused:
        parse_form(text, origin="sleep.toml")
    found = refused.value.problems
    assert {p.code for p in found} == {"EQ119"}
    assert {p.where for p in found} >= {
        "sleep.toml, fields.0.type",
        "sleep.toml, anytime",
    }


def test_a_form_that_cannot_be_followed_is_refused_where_it_is_read() -> None:
    text = SLEEP + '[[checks]]\nid = "c"\nfield = "hour"\norder = "is"\ntext = "x"\n'
    with pytest.raises(ProtocolError, match="there is no field 'hour'"):
        parse_form(text, origin="sleep.toml")
