"""Files are written, or a refusal says why not; nothing is overwritten unasked."""

from pathlib import Path

import pytest

from equipoise.errors import LibraryError
from equipoise.exchange.output_files import write_files, write_new


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    taken = tmp_path / "out"
    taken.write_text("a file", "utf-8")
    with pytest.raises(LibraryError) as refusal:
        write_files(taken, {"a.txt": b"a"})
    assert refusal.value.code == "EQ003"
    assert str(taken) in str(refusal.value)
    assert taken.read_text("utf-8") == "a file"


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    write_new(path, "mine")
    with pytest.raises(LibraryError, match="EQ003"):
        write_new(path, "other")
    assert path.read_text("utf-8") == "mine"
