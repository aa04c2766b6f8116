"""The data sets and programs of the complete trial, as a reader approves them.

``python -m tests.report.written`` writes ``approved/complete-files.txt`` anew; read the
difference before it is committed, for the test only sees that something changed.
"""

from __future__ import annotations

import re
from pathlib import Path

from equipoise.report.programmes.files import reproduction_files
from tests.analyze import complete

APPROVED = Path(__file__).parent / "approved" / "complete-files.txt"
DECIMAL = re.compile(r"\d+\.\d+(e-?\d+)?")
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


if __name__ == "__main__":
    APPROVED.write_text(written(), encoding="utf-8")
