"""``[[forms]]``: an entry and a form of the library give one form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from equipoise import library
from equipoise.exchange.protocols import library_form
from equipoise.protocol.forms import (
    FormCheck,
    FormDefinition,
    FormField,
    FormUse,
    resolved,
)

NAMES = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True)


def field(name: str, label: str = "x") -> FormField:
    return FormField(id=name, label=label, type="text")


def form(names: list[str], label: str = "library") -> FormDefinition:
    return FormDefinition(
        id="base", title="Base", fields=tuple(field(name, label) for name in names)
    )


@pytest.mark.property
@given(NAMES, NAMES)
def test_every_field_is_there_once_and_the_protocol_wins(
    base: list[str], own: list[str]
) -> None:
    entry = FormUse(use="base", fields=tuple(field(name, "own") for name in own))
    made = resolved(entry, {"base": form(base)})
    names = [one.id for one in made.fields]
    assert names == [*base, *(name for name in own if name not in base)]
    assert {one.id for one in made.fields if one.label == "own"} == set(own)


@pytest.mark.property
@given(NAMES, st.sets(st.sampled_from("abcdefgh")))
def test_what_is_omitted_is_gone_with_its_checks(
    base: list[str], omit: set[str]
) -> None:
    checks = tuple(
        FormCheck(id=f"c{n}", field=name, order="not after", other="today", text="x")
        for n, name in enumerate(base)
    )
    shelf = {"base": form(base).model_copy(update={"checks": checks})}
    made = resolved(FormUse(use="base", omit=tuple(sorted(omit))), shelf)
    left = [name for name in base if name not in omit]
    assert [one.id for one in made.fields] == left
    assert [check.field for check in made.checks] == left


@pytest.mark.parametrize("name", library.names("forms"))
def test_an_entry_that_states_nothing_else_is_the_form_of_the_library(
    name: str,
) -> None:
    shelf = {name: library_form(name)}
    for entry in (FormUse(use=name), FormUse(use=name, assumed=True, note="why")):
        assert resolved(entry, shelf) == shelf[name]


def test_what_is_stated_replaces_what_the_library_says() -> None:
    entry = FormUse(
        use="pregnancy-test", id="hcg", title="hCG", by="investigator",
        visits=("screening",), any_time=False, repeats=False, attested=True,
        conceals="ratings",
    )  # fmt: skip
    made = resolved(entry, {"pregnancy-test": library_form("pregnancy-test")})
    assert (made.id, made.title, made.by) == ("hcg", "hCG", "investigator")
    assert (made.visits, made.any_time, made.repeats) == (("screening",), False, False)
    assert (made.attested, made.conceals) == (True, "ratings")
    assert entry.name == "hcg"
    assert FormUse(use="ecg").name == "ecg"


def test_a_form_of_its_own_needs_what_a_form_needs() -> None:
    own = FormUse(id="sleep", title="Sleep", fields=(field("hours"),), any_time=True)
    made = resolved(own, {})
    assert (made.id, made.by, made.any_time) == ("sleep", "coordinator", True)
    with pytest.raises(ValidationError):
        resolved(FormUse(id="sleep", title="Sleep"), {})
    with pytest.raises(KeyError):
        resolved(FormUse(use="nowhere"), {})
