"""The encoding of a text file: recognized, stated, or refused."""

from pathlib import Path

import pytest

from equipoise.errors import DataError
from equipoise.exchange.encoding import decoded
from equipoise.exchange.mapping import File

TEXT = "id,name\nP1,Zoë\n"


def lines(folder: Path, content: bytes, encoding: str | None = None) -> str:
    path = folder / "a.csv"
    path.write_bytes(content)
    return "".join(decoded(path, File(encoding=encoding)).lines())


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_unicode_is_recognized_with_and_without_a_mark(
    tmp_path: Path, encoding: str
) -> None:
    assert lines(tmp_path, (TEXT * 9).encode(encoding)) == TEXT * 9


def test_another_encoding_is_refused_until_it_is_stated(tmp_path: Path) -> None:
    content = TEXT.encode("latin-1")
    with pytest.raises(DataError, match="EQ340"):
        lines(tmp_path, content)
    assert lines(tmp_path, content, "latin-1") == TEXT


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="EQ340"):
        lines(tmp_path, TEXT.encode(), "klingon")
