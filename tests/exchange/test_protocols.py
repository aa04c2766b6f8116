"""Protocols by name or path, with the instruments beside them first."""

from pathlib import Path

import pytest

from equipoise import library
from equipoise.errors import LibraryError, ProtocolError
from equipoise.exchange.protocols import (
    inspect,
    load_protocol,
    logo_beside,
    read_text,
    texts,
)
from equipoise.instruments.load import parse_instrument
from equipoise.protocol.amend import content_hash
from equipoise.protocol.form_file import parse_form
from equipoise.protocol.load import parse_protocol
from tests.exchange.small import TUTORIAL

TEXT = (TUTORIAL / "protocol.toml").read_text("utf-8")
MADRS = library.text("instruments", "madrs")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A protocol with a MADRS of its own beside it."""
    beside = tmp_path / "instruments"
    beside.mkdir()
    (beside / "madrs.toml").write_text(
        MADRS.replace('1 = "Apparent sadness"', '1 = "Sadness of ours"'), "utf-8"
    )
    path = tmp_path / "protocol.toml"
    path.write_text(TEXT, "utf-8")
    return path


def test_the_instrument_beside_the_protocol_counts_first(own: Path) -> None:
    ours = load_protocol(own).scales["madrs"]
    library_s = load_protocol(TUTORIAL / "protocol.toml").scales["madrs"]
    assert ours.items["1"].label == "Sadness of ours"
    assert library_s.items["1"].label == "Apparent sadness"


def test_from_its_texts_a_protocol_is_read_again(own: Path) -> None:
    for source in (own, "feder2021"):
        protocol, text, scales = texts(source)
        again = parse_protocol(
            text,
            origin="x",
            find_instrument=lambda n, s=scales: parse_instrument(s[n], origin=n),
            find_form=lambda n, s=scales: parse_form(s[f"form:{n}"], origin=n),
        )
        assert content_hash(again) == content_hash(protocol)
        assert again.scales == protocol.scales
    assert "Sadness of ours" in texts(own)[2]["madrs"]


def test_a_name_is_of_the_library_and_a_path_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_protocol("feder2021").trial.id == "feder2021"
    with pytest.raises(LibraryError, match="EQ001"):
        load_protocol("no-such-trial")
    with pytest.raises(LibraryError, match="EQ002"):
        load_protocol(tmp_path / "no-such.toml")
    monkeypatch.chdir(tmp_path)
    Path("feder2021").write_text(TEXT, "utf-8")  # a file of that name is the file
    assert load_protocol("feder2021").trial.id == "one-infusion"


def test_an_instrument_that_is_nowhere_says_where_it_was_looked_for(own: Path) -> None:
    own.write_text(TEXT.replace('id = "madrs"', 'id = "mine"', 1), "utf-8")
    with pytest.raises(ProtocolError) as refusal:
        load_protocol(own)
    first = refusal.value.problems[0]
    assert first.code == "EQ111"
    assert "instruments/mine.toml next to the protocol" in first.where
    assert "madrs" in first.fix


def test_a_fault_of_the_instrument_beside_is_told_with_its_file(own: Path) -> None:
    (own.parent / "instruments" / "madrs.toml").write_text("schema = ", "utf-8")
    _, problems = inspect(own)
    assert problems[0].code == "EQ111"
    assert "instruments/madrs.toml" in problems[0].where


@pytest.mark.parametrize("content", [b"\xff\xfe\x00a", b"caf\xe9"])
def test_a_text_is_utf_8(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(LibraryError, match="EQ002"):
        read_text(path)
    with pytest.raises(LibraryError, match="EQ002"):
        read_text(tmp_path)  # a folder


def test_the_mark_that_windows_writes_first_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "protocol.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert read_text(path) == TEXT
    assert content_hash(load_protocol(path)) == content_hash(
        load_protocol(TUTORIAL / "protocol.toml")
    )


def with_logo(path: Path) -> None:
    path.write_text(f'{TEXT}\n[report]\nlogo = "logo.png"\n', "utf-8")


def test_the_logo_lies_beside_the_protocol(own: Path) -> None:
    with_logo(own)
    (own.parent / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert logo_beside(own, load_protocol(own)) == b"\x89PNG\r\n\x1a\n"
    assert inspect(own)[1] == []


def test_a_logo_that_is_not_there_is_found_by_check(own: Path) -> None:
    with_logo(own)
    protocol, problems = inspect(own)
    assert protocol is None
    assert [p.code for p in problems] == ["EQ002"]
    with pytest.raises(LibraryError, match="EQ002"):
        logo_beside(own, load_protocol(own))


def test_without_a_logo_nothing_is_read(own: Path) -> None:
    assert logo_beside(own, load_protocol(own)) is None
    assert logo_beside("feder2021", load_protocol("feder2021")) is None
