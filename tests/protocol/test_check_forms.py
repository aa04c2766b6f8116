"""``[[forms]]``: what keeps a form from being filled in is refused, all at once."""

from __future__ import annotations

import re

import pytest

from equipoise.errors import Problem
from equipoise.exchange.protocols import library_form
from equipoise.protocol.check_forms import BUILT_IN, MOMENTS
from equipoise.protocol.load import inspect_protocol
from equipoise.protocol.model import Protocol
from tests.protocol.faults import FEDER, instrument

OWN = """
[[forms]]
id = "sleep"
title = "Sleep"
any_time = true
assumed = true
fields = [
    { id = "asleep", label = "Asleep", type = "flag" },
    { id = "hours", label = "Hours", type = "number", min = 0, max = 24 },
    { id = "quality", label = "x", type = "choice", choices = { "0" = "a", "1" = "b" } },
    { id = "day", label = "Day", type = "date" },
]
"""
# Without its forms, and without the rules that look at one of them.
BARE = re.sub(
    r"\[\[safety_rules\]\]\n(?:(?!\n\[).)*?answer = \"pregnancy-test.*?(?=\n\[)",
    "",
    FEDER.partition("[[forms]]")[0],
    flags=re.DOTALL,
)


def read(text: str) -> tuple[Protocol | None, list[Problem]]:
    return inspect_protocol(
        BARE + text, origin="trial.toml", find_instrument=instrument,
        find_form=library_form,
    )  # fmt: skip


def said(text: str) -> list[str]:
    """What is wrong: code, and what of each problem."""
    return [f"{p.code} {p.what}" for p in read(text)[1]]


def with_field(line: str) -> str:
    return OWN.replace("fields = [", f"fields = [\n    {{ {line} }},")


def with_check(lines: str) -> str:
    return OWN + f'[[forms.checks]]\nid = "c"\ntext = "wrong"\n{lines}\n'


def test_a_sound_form() -> None:
    assert said(OWN) == []
    assert said('[[forms]]\nuse = "ecg"\nassumed = true\nvisits = ["screening"]') == []


def test_a_protocol_without_forms_states_none() -> None:
    protocol, found = read("")
    assert found == []
    assert protocol is not None
    assert protocol.form_definitions() == ()


@pytest.mark.parametrize("name", BUILT_IN)
def test_no_form_of_its_own_takes_the_name_of_one_that_every_trial_has(
    name: str,
) -> None:
    assert said(OWN.replace('"sleep"', f'"{name}"')) == [
        "EQ119 the id is that of a built-in form"
    ]


def test_a_form_that_every_trial_has_is_added_to_and_never_changed() -> None:
    more = '[[forms]]\nuse = "adverse-event"\nassumed = true\n'
    field = 'fields = [{ id = "meddra", label = "MedDRA", type = "text" }]\n'
    assert said(more + field) == []
    again = field.replace("meddra", "severity")
    assert said(more + again) == ["EQ119 severity of this form cannot be changed"]
    assert said(more + 'omit = ["severity"]') == said(more + again)
    assert said(more + 'visits = ["screening"]') == [
        "EQ119 visits of this form cannot be changed"
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('[[forms]]\nid = "sleep"\nassumed = true',
         "the form has no fields, title"),
        ('[[forms]]\nuse = "ecg"\nassumed = true\nomit = ["XYZ"]',
         "omit names unknown fields: XYZ"),
        (OWN + OWN, "2 forms have this id"),
        (OWN.replace("any_time = true", ""), "the form is never due"),
        (OWN.replace("any_time = true", "repeats = true\nvisits = [\"screening\"]"),
         "the form repeats, but only at planned visits"),
        (OWN.replace("any_time", "minutes = [10]\nany_time"),
         "the form has minutes but no visits"),
        (with_field('id = "asleep", label = "x", type = "text"'),
         "2 fields have the id 'asleep'"),
        (with_field('id = "b", label = "x", type = "text", choices = { a = "A" }'),
         "choices are required for type choice, and for no other type"),
        (with_field('id = "b", label = "x", type = "choice"'),
         "choices are required for type choice, and for no other type"),
        (with_field('id = "b", label = "x", type = "number", min = 2, max = 1'),
         "min is above max"),
        (with_field('id = "b", label = "x", type = "text", '
                    'only_if = { field = "zz", one_of = ["yes"] }'),
         "there is no field 'zz'"),
        (with_field('id = "b", label = "x", type = "text", '
                    'only_if = { field = "asleep", one_of = ["maybe"] }'),
         "'maybe' is not a response to 'asleep'"),
        (with_field('id = "b", label = "x", type = "flag", '
                    'only_if = { field = "b", one_of = ["yes"] }'),
         "only_if names the field itself"),
        (with_field('id = "b", label = "x", type = "time"'),
         "time_of is required for type time, and for no other type"),
        (with_field('id = "b", label = "x", type = "time", time_of = "hours"'),
         "time_of 'hours' is not a date"),
        (with_field('id = "b", label = "x", type = "text", time_of = "day"'),
         "time_of is required for type time, and for no other type"),
        (with_field('id = "b", label = "x", type = "number", sum = ["day"]'),
         "'day' cannot be summed"),
        (with_field('id = "b", label = "x", type = "text", sum = ["hours"]'),
         "a sum must be a number"),
        (with_check('field = "hours"\norder = "not before"'),
         "the check has nothing to compare with"),
        (with_check('field = "zz"\norder = "is"\none_of = ["1"]'),
         "there is no field 'zz'"),
        (with_check('field = "quality"\norder = "is"'), "the check allows no value"),
        (with_check('field = "quality"\norder = "is"\none_of = ["2"]'),
         "'2' is not a response to 'quality'"),
        (with_check('field = "day"\norder = "not after"\nother = "yesterday"'),
         "there is no 'yesterday'"),
        (with_check('field = "asleep"\norder = "any is"\none_of = ["yes"]'),
         "the check names no field"),
        (with_check('field = "asleep"\norder = "any is"\none_of = ["yes"]\n'
                    'fields = ["asleep", "zz"]'), "there is no field 'zz'"),
    ],
)  # fmt: skip
def test_what_cannot_be_filled_in(text: str, what: str) -> None:
    assert said(text) == [f"EQ119 {what}"]


def test_where_it_is_stated_that_a_form_is_collected() -> None:
    for text in (
        '[[forms]]\nuse = "ecg"\nvisits = ["screening"]',
        '[[forms]]\nuse = "ecg"\nassumed = true\nsource = "p. 3"',
    ):
        (problem,) = read(text)[1]
        assert problem.code == "EQ105"
        assert problem.where.endswith("forms[ecg]")


def test_a_visit_that_is_not_there() -> None:
    (problem,) = read('[[forms]]\nuse = "ecg"\nassumed = true\nvisits = ["week-99"]')[1]
    assert problem.code == "EQ104"
    assert problem.where.endswith("forms[ecg].visits")


def test_a_form_that_the_library_does_not_have_is_named_with_the_others() -> None:
    found = said(
        '[[forms]]\nuse = "xyz"\nassumed = true\n'
        + with_field('id = "b", label = "x", type = "choice"')
    )
    assert len(found) == 2
    assert found[0].startswith("EQ111 form 'xyz'")


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_moment_can_be_compared_with(moment: str) -> None:
    text = with_check(f'field = "day"\norder = "not after"\nother = "{moment}"')
    assert said(text) == []


def test_a_circle_of_conditions() -> None:
    text = OWN
    for name, other in (("b", "c"), ("c", "b")):
        rule = f'only_if = {{ field = "{other}", one_of = ["yes"] }}'
        line = f'{{ id = "{name}", label = "x", type = "flag", {rule} }},'
        text = text.replace("fields = [", f"fields = [\n    {line}")
    assert said(text) == ["EQ119 only_if names the field itself"] * 2


def test_a_field_of_type_file_is_refused_with_what_to_use() -> None:
    found = read(with_field('id = "scan", label = "Scan", type = "file"'))[1]
    assert [p.what for p in found] == ["a field of type file cannot be completed"]
    assert found[0].fix == (
        "delete it; scans are attached to the complete form, and their content is "
        'recorded in fields of type "flag" or "text"'
    )
