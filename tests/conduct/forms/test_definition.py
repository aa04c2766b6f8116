"""What a form is: a value that nobody can change, and what it could tell has a name."""

from dataclasses import FrozenInstanceError
from typing import get_args

import pytest

from equipoise.conduct.access.rights import ALWAYS
from equipoise.conduct.forms.definition import Choice, Field, Form
from equipoise.protocol.roles import Concealed

AGE = Field(name="age", label="Age", kind="number")
FORM = Form(id="x", title="X", by="rater", fields=(AGE,))


def test_a_field_is_found_by_its_name_and_no_other() -> None:
    assert FORM.field("age") is AGE
    with pytest.raises(KeyError):
        FORM.field("arm")


def test_a_field_is_asked_unless_it_says_otherwise() -> None:
    # A form without `required` must not be complete while it is empty.
    assert AGE.required
    assert AGE.only_if is None
    assert AGE.decimals == 0


def test_a_form_cannot_be_changed_once_it_is_made() -> None:
    # One form is shared by every request of a process.
    with pytest.raises(FrozenInstanceError):
        FORM.shows = ""  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        AGE.max = 1  # type: ignore[misc]
    assert hash(FORM) == hash(Form(id="x", title="X", by="rater", fields=(AGE,)))
    assert Choice(value="1", label="1") != Choice(value="1", label="2")


def test_what_a_form_can_show_can_be_concealed() -> None:
    # What the table of roles did not know would be shown to everybody.
    assert set(get_args(Concealed)) == set().union(*ALWAYS.values())
