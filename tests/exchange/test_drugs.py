"""Drugs are loaded by name or path."""

from pathlib import Path

import pytest

from equipoise import library
from equipoise.errors import LibraryError
from equipoise.exchange.drugs import load_drug


def test_by_name_by_path_and_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(library.text("drugs", "midazolam"))
    assert load_drug(path) == load_drug("midazolam")
    with pytest.raises(LibraryError, match="EQ001"):
        load_drug("aspirin")
