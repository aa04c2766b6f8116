"""Scenarios by name or path."""

from pathlib import Path

import pytest

from equipoise import library
from equipoise.errors import LibraryError
from equipoise.exchange.scenarios import load_scenario


def test_a_scenario_of_the_library_and_its_copy_are_equal(tmp_path: Path) -> None:
    copy = tmp_path / "copy.toml"
    copy.write_text(library.text("scenarios", "feder2021"), "utf-8")
    assert load_scenario(copy) == load_scenario("feder2021")


@pytest.mark.parametrize(("name", "code"), [("nobody", "EQ001"), ("no.toml", "EQ002")])
def test_an_unknown_scenario_is_refused(name: str, code: str) -> None:
    with pytest.raises(LibraryError) as refusal:
        load_scenario(name)
    assert refusal.value.code == code
