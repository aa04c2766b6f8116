"""The shelves: what is there can be read, and what is not is refused by name."""

from typing import get_args

import pytest

from equipoise import library
from equipoise.errors import LibraryError
from equipoise.errors.toml import read_toml
from equipoise.library.files import Kind

KINDS = get_args(Kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_of_a_shelf_is_toml_with_its_schema(kind: Kind) -> None:
    names = library.names(kind)
    assert names == tuple(sorted(names))
    assert names
    for name in names:
        text = library.text(kind, name)
        read = read_toml(text, origin=name, error=LibraryError, code="EQ002")
        assert read["schema"] == 1


def test_what_is_read_is_the_file_that_is_named() -> None:
    assert 'id = "feder2021"' in library.text("protocols", "feder2021")
    assert 'id = "madrs"' in library.text("instruments", "madrs")


@pytest.mark.parametrize(
    "name",
    ["", "feder", "feder2021.toml", "../shelf", "../instruments/madrs", "README"],
)
def test_nothing_else_is_read(name: str) -> None:
    # A name is a name of the shelf, never a path.
    with pytest.raises(LibraryError, match="EQ001") as refusal:
        library.text("protocols", name)
    assert "feder2021" in refusal.value.problems[0].fix
    assert repr(name) in refusal.value.problems[0].what
