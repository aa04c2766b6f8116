"""The file of the record: absent only where nothing can be in it."""

from pathlib import Path

import pytest

from equipoise.errors import DesignError
from equipoise.exchange.interim_record import read_record
from equipoise.interim.record import to_text
from tests.interim.test_record import TWO


def test_an_absent_file(tmp_path: Path) -> None:
    assert read_record(tmp_path / "looks.json", required=False) == ()
    with pytest.raises(DesignError, match="does not exist"):
        read_record(tmp_path / "looks.json", required=True)


def test_a_file_that_was_written(tmp_path: Path) -> None:
    path = tmp_path / "looks.json"
    path.write_text(to_text(TWO), "utf-8")
    assert read_record(path, required=True) == TWO
