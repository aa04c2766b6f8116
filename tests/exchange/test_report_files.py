"""A report on disk: whole, or a refusal that says why."""

from pathlib import Path

import pytest

from equipoise.errors import LibraryError
from equipoise.exchange.output_files import write_files, write_new
from equipoise.exchange.report_files import Publication

PUBLICATION = Publication(
    files={"report.html": b"<p>", "tables/a.csv": b"a\n"}, headline="x"
)


def test_every_file_is_written(tmp_path: Path) -> None:
    page = PUBLICATION.save(tmp_path / "new" / "folder")
    assert page.read_bytes() == b"<p>"
    assert (page.parent / "tables/a.csv").read_bytes() == b"a\n"


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("keep", "utf-8")
    PUBLICATION.save(tmp_path)
    assert other.read_text("utf-8") == "keep"


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    taken = tmp_path / "out"
    taken.write_text("a file", "utf-8")
    with pytest.raises(LibraryError) as refusal:
        write_files(taken, PUBLICATION.files)
    assert refusal.value.code == "EQ003"
    assert str(taken) in str(refusal.value)
    assert taken.read_text("utf-8") == "a file"


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    write_new(path, "mine")
    with pytest.raises(LibraryError, match="EQ003"):
        write_new(path, "other")
    assert path.read_text("utf-8") == "mine"


def test_a_notebook_shows_the_report_in_a_frame() -> None:
    shown = Publication(files={"report.html": b'<p class="a">'}, headline="x")
    assert 'srcdoc="&lt;p class=&quot;a&quot;&gt;"' in shown._repr_html_()
    assert repr(shown) == "x (1 files)"
