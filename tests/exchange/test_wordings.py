"""Wording of a trial: the site's own before that beside the protocol before the library."""

from pathlib import Path

import pytest

from equipoise import library
from equipoise.errors import InstrumentError, LibraryError
from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.wordings import folder_of, wordings

FEDER = load_protocol("feder2021")


def write(folder: Path, name: str, text: str, instrument: str = "") -> Path:
    path = folder / "wording" / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = f'schema = 1\ninstrument = "{instrument or name}"\nsource = "ours"\n'
    path.write_text(head + text, "utf-8")
    return path


def test_the_first_folder_that_has_a_file_counts(tmp_path: Path) -> None:
    site, beside = tmp_path / "site", tmp_path / "beside"
    write(beside, "madrs", 'recall = "past week"')
    write(beside, "caps5", 'recall = "past month"')
    write(site, "madrs", 'recall = "past 7 days"')
    found = wordings(FEDER, [site, beside, tmp_path / "absent"])
    assert "past 7 days" in found["madrs"]
    assert "past month" in found["caps5"]
    assert set(found) - {"madrs", "caps5"} == set(library.names("wording")) & set(
        FEDER.scales
    )


def test_a_file_that_fits_no_instrument_is_refused_with_its_path(
    tmp_path: Path,
) -> None:
    for name, text, instrument in (
        ("caps-5", "", "caps5"),
        ("caps5", "", "madrs"),
        ("caps5", '[items]\n99 = "?"', ""),
    ):
        path = write(tmp_path / name / (instrument or "own"), name, text, instrument)
        with pytest.raises(InstrumentError, match="EQ207") as refused:
            wordings(FEDER, [path.parent.parent])
        assert refused.value.problems[0].where == str(path)
    unreadable = tmp_path / "wording" / "caps5.toml"
    unreadable.parent.mkdir()
    unreadable.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(LibraryError, match="EQ002"):
        wordings(FEDER, [tmp_path])


def test_a_protocol_of_the_library_has_no_folder(tmp_path: Path) -> None:
    assert folder_of("feder2021") == []
    assert folder_of(tmp_path / "protocol.toml") == [tmp_path]
