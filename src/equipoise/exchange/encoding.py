"""Decides the encoding of a text file, and decodes it."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from equipoise.errors import DataError
from equipoise.exchange.mapping import File

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
SAMPLE = 4096  # bytes from which UTF-16 without a mark is recognized
LONGEST_LINE = 10_000_000  # bytes; a row of 16,384 columns has far less
WIDE = {"utf-16-le": "UTF-16 (little-endian)", "utf-16-be": "UTF-16 (big-endian)"}


@dataclass(frozen=True)
class Decoded:
    """The text of a file.

    Attributes:
        raw: bytes of the file.
        encoding: in which they are a text without NUL characters.
        notes: what was decided, each a sentence.
    """

    raw: bytes
    encoding: str
    notes: tuple[str, ...] = ()

    def utf8(self) -> bytes:
        """The text in UTF-8, without a byte order mark."""
        raw = self.raw
        if codecs.lookup(self.encoding).name not in ("utf-8", "ascii"):
            raw = raw.decode(self.encoding).encode()
        return raw.removeprefix(codecs.BOM_UTF8)

    def lines(self) -> Iterator[str]:
        """All lines with their ends, without a byte order mark; one at a time."""
        text = io.TextIOWrapper(io.BytesIO(self.raw), self.encoding, newline="")
        first = text.readline().removeprefix("\ufeff")
        return chain([first] if first else [], text)


def decoded(path: Path, how: File) -> Decoded:
    """The text of a file in its stated or recognized encoding.

    Raises:
        DataError: EQ340, it is not text in that encoding; EQ342, it has no lines.
    """
    raw = path.read_bytes()
    _refuse_long_lines(path, raw)
    notes: tuple[str, ...] = ()
    encoding = how.encoding
    if encoding is None:
        marked = (name for mark, name in MARKS.items() if raw.startswith(mark))
        encoding = next(marked, "utf-8")
        wide = _without_mark(raw)
        if encoding == "utf-8" and wide is not None:
            encoding = wide
            notes = (f"The file is read as {WIDE[wide]}, without a byte order mark.",)
    try:
        if "\0" in raw.decode(encoding):
            raise UnicodeError("it contains NUL characters, as UTF-16 does")
    except (UnicodeError, LookupError) as error:
        raise DataError.single(
            "EQ340",
            f"{path.name} is not {encoding}: {error}",
            where=path.name,
            fix='state the encoding (in the mapping under [file]: encoding = "cp1252"; '
            "for equipoise map: --encoding cp1252), or save the file as UTF-8",
        ) from error
    return Decoded(raw, encoding, notes)


def _refuse_long_lines(path: Path, raw: bytes) -> None:
    """Rejects a file of many megabytes without a line break before it is decoded."""
    for start in range(0, len(raw) - LONGEST_LINE + 1, LONGEST_LINE):
        end = start + LONGEST_LINE
        if raw.find(b"\n", start, end) < 0 and raw.find(b"\r", start, end) < 0:
            raise DataError.single(
                "EQ342",
                f"{path.name} has a line of more than {LONGEST_LINE:,} bytes",
                where=path.name,
                fix="it is no table of cells: export the data again, as CSV or XLSX",
            )


def _without_mark(raw: bytes) -> str | None:
    """UTF-16 whose text is mostly of the Latin alphabet: every second byte is NUL."""
    start = raw[:SAMPLE]
    half = len(start) // 2
    if half == 0 or len(raw) % 2:
        return None
    for encoding, nothing, something in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        empty, other = start[nothing::2].count(0), start[something::2].count(0)
        if empty > half * 0.7 and other == 0:
            return encoding
    return None
