"""Data sets and programs of the complete trial, and pages, as a reader approves them.

``python -m tests.report.written`` writes ``approved/complete-files.txt`` and the two pages
anew; read the difference before it is committed: the test only sees that something changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path

from equipoise.report.maintenance.page import Part, files
from equipoise.report.programmes.files import reproduction_files
from tests.analyze import complete
from tests.report.forms import test_grid_page
from tests.report.maintenance.compared import ASSUMED, comparison

APPROVED = Path(__file__).parent / "approved"
DECIMAL = re.compile(r"\d+\.\d+(e-?\d+)?")
# A letter or a dash, and not what matplotlib says of itself.
LETTER = re.compile(r"^(?!Matplotlib|image/).*[^\d\s.−%]")
HASH = re.compile(r"\b[0-9a-f]{12,}\b")
# One of each kind of model; what happened to these participants is in ``complete.py``.
PROGRAMS = ("change", "percent", "response", "points", "relapse", "serious_events")
SHOWN = ("P01", "P02", "P05", "P06", "P12", "P13", "P16")


def written() -> str:
    """The text files; a number with decimals is written as ``#``, as is a hash.

    What models give is held against other programs, in ``test_expected.py`` and by R.
    """
    files = reproduction_files(complete.protocol(), complete.data(), complete.results())
    lines = []
    for name, content in files.items():
        path = Path(name)
        if path.suffix == ".parquet":
            continue
        if path.suffix in (".R", ".sas") and path.stem not in PROGRAMS:
            continue
        lines += [f"=== {name}", *_rows(path, content.decode())]
    text = DECIMAL.sub("#", HASH.sub("#", "\n".join(lines)))
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _rows(path: Path, text: str) -> list[str]:
    rows = text.splitlines()
    if path.suffix != ".csv" or path.stem == "codebook":
        return rows
    return [rows[0], *(row for row in rows[1:] if any(p in row for p in SHOWN))]


def grid_words() -> str:
    """What the page of a grid says."""
    return _words(test_grid_page.made())


def maintenance_words() -> str:
    """What the page of a comparison of maintenance schedules says."""
    part = Part("More", [{"Schedule": "every 28 days", "Value": "1"}], "A note")
    page = files("Title", comparison(), ASSUMED, more=[part], facts=[("Seed", "7")])
    return DECIMAL.sub("#", _words(page["maintenance.html"].decode()))


def _words(page: str) -> str:
    """Texts and descriptions of a page, a line each, without the numbers of axes."""
    body = re.sub(r"<style.*?</style>|<defs.*?</defs>", "", page, flags=re.S)
    body = re.sub(r'<svg[^>]*aria-label="([^"]*)"[^>]*>', r"<i>\1</i>", body)
    body = re.sub(r"<[^>]+>", "\n", " ".join(body.split()))
    lines = [line.strip() for line in body.splitlines()]
    kept = [unescape(line) for line in lines if LETTER.search(line)]
    return "\n".join(kept) + "\n"


WRITTEN: Mapping[str, Callable[[], str]] = {
    "complete-files": written,
    "grid-page": grid_words,
    "maintenance-page": maintenance_words,
}

if __name__ == "__main__":
    for name, made in WRITTEN.items():
        (APPROVED / f"{name}.txt").write_text(made(), encoding="utf-8")
