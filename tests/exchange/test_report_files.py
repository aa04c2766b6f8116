"""A report on disk: whole, or a refusal that says why."""

from pathlib import Path

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


def test_a_notebook_shows_the_report_in_a_frame() -> None:
    shown = Publication(files={"report.html": b'<p class="a">'}, headline="x")
    assert 'srcdoc="&lt;p class=&quot;a&quot;&gt;"' in shown._repr_html_()
    assert repr(shown) == "x (1 file)"
