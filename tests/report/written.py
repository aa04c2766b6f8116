"""Data sets and programs of trials, pages, and each form, as a reader approves them.

``python -m tests.report.written`` writes the files of ``WRITTEN`` in ``approved/`` anew;
read the difference before it is committed: the test only sees that something changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from html import unescape
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from equipoise.report.blocks import Document
from equipoise.report.formats.rtf import rtf
from equipoise.report.formats.typeset import lines
from equipoise.report.formats.word import docx
from equipoise.report.maintenance.page import Part, files
from equipoise.report.programmes.files import reproduction_files
from tests.analyze.plain import NEVER
from tests.differences import differences
from tests.report.formats import test_grid_page
from tests.report.formats.hostile import document
from tests.report.maintenance.compared import ASSUMED, comparison
from tests.report.trials import trial

APPROVED = Path(__file__).parent / "approved"
DECIMAL = re.compile(r"\d+\.\d+(e-?\d+)?")
# A letter or a dash, and not what matplotlib says of itself.
LETTER = re.compile(r"^(?!Matplotlib|image/).*[^\d\s.−%]")
HASH = re.compile(r"\b[0-9a-f]{12,}\b")
# One of each kind of model; what happened to these participants is in ``complete.py``.
PROGRAMS = (
    "change",
    "value",
    "percent",
    "response",
    "points",
    "relapse",
    "serious_events",
)
SHOWN = ("P01", "P02", "P05", "P06", "P12", "P13", "P16")


@cache
def written(
    name: str, shown: tuple[str, ...] = SHOWN, programs: tuple[str, ...] = PROGRAMS
) -> str:
    """The text files; a number with decimals is written as ``#``, as is a hash.

    Args:
        name: of a trial.
        shown: participants whose rows are given.
        programs: endpoints whose programs are given.

    What models give is held against other programs, in ``test_expected.py`` and by R.
    """
    files = reproduction_files(*trial(name))
    made = []
    for path_name, content in files.items():
        path = Path(path_name)
        if path.suffix == ".parquet":
            continue
        if path.suffix in (".R", ".sas") and path.stem not in programs:
            continue
        made += [f"=== {path_name}", *_rows(path, content.decode(), shown)]
    text = DECIMAL.sub("#", HASH.sub("#", "\n".join(made)))
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _otherwise(known: str, other: str, *given: tuple[str, ...]) -> str:
    return differences(written(known, *given), written(other, *given))


def _rows(path: Path, text: str, shown: tuple[str, ...]) -> list[str]:
    rows = text.splitlines()
    if path.suffix != ".csv" or path.stem == "codebook":
        return rows
    return [rows[0], *(row for row in rows[1:] if any(p in row for p in shown))]


def grid_words() -> str:
    """What the page of a grid says."""
    return _words(test_grid_page.made())


def maintenance_page() -> str:
    """The page of a comparison of maintenance schedules."""
    part = Part("More", [{"Schedule": "every 28 days", "Value": "1"}], "A note")
    page = files("Title", comparison(), ASSUMED, more=[part], facts=[("Seed", "7")])
    return page["maintenance.html"].decode()


def maintenance_words() -> str:
    """What it says."""
    return DECIMAL.sub("#", _words(maintenance_page()))


def _words(page: str) -> str:
    """Texts and descriptions of a page, a line each, without the numbers of axes."""
    body = re.sub(r"<style.*?</style>|<defs.*?</defs>", "", page, flags=re.S)
    body = re.sub(r'<svg[^>]*aria-label="([^"]*)"[^>]*>', r"<i>\1</i>", body)
    body = re.sub(r"<[^>]+>", "\n", " ".join(body.split()))
    lines = [line.strip() for line in body.splitlines()]
    kept = [unescape(line) for line in lines if LETTER.search(line)]
    return "\n".join(kept) + "\n"


def rtf_form() -> str:
    """A document as RTF, without the dots of its drawing."""
    text = rtf(_document()).decode("ascii")
    return re.sub(r"[0-9a-f]{80,}", "(dots)", text).replace("\\par", "\n\\par") + "\n"


def typst_form() -> str:
    """A document for Typst, without the style of all documents."""
    return "\n".join(lines(_document())) + "\n"


def word_form() -> str:
    """The parts of a Word document, a line for each element of text or of layout."""
    made = []
    with ZipFile(BytesIO(docx(_document()))) as archive:
        for name in ("word/document.xml", "word/header1.xml", "word/footer1.xml"):
            text = archive.read(name).decode()
            made += [
                f"=== {name}",
                *re.sub(r"(<w:(p|tr|tc|sectPr)[ >])", r"\n\1", text).split("\n"),
            ]
    return "\n".join(line.rstrip() for line in made) + "\n"


def _document() -> Document:
    return document("A text, see Table 14.2.1")


WRITTEN: Mapping[str, Callable[[], str]] = {
    "complete-files": lambda: written("complete"),
    "rare-files": lambda: _otherwise("complete", "rare", SHOWN, ("value", "relapse")),
    "plain-files": lambda: written("plain", NEVER, ("change", "value", "relapse")),
    "three-arms-files": lambda: written("three-arms", (), ("change", "response")),
    "dummy-files": lambda: _otherwise("rare", "dummy", (), ()),
    "form-rtf": rtf_form,
    "form-typst": typst_form,
    "form-word": word_form,
    "grid-page": grid_words,
    "maintenance-page": maintenance_words,
}

if __name__ == "__main__":
    for name, made in WRITTEN.items():
        (APPROVED / f"{name}.txt").write_text(made(), encoding="utf-8")
