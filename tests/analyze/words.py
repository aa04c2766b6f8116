"""What the estimates of the complete trial say: the words that a reader approves.

``python -m tests.analyze.words`` writes ``approved/complete.txt`` anew; read the difference
before it is committed, for the test only sees that something changed.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from equipoise.analyze.plan import plan
from equipoise.analyze.result import Estimate, Results
from tests.analyze import complete

APPROVED = Path(__file__).parent / "approved" / "complete.txt"
DECIMAL = re.compile(r"\d+\.\d+")
NUMBERS = ("estimate", "std_error", "df", "lower", "upper", "level", "statistic", "p", "n",
           "converged")  # fmt: skip


def words(results: Results) -> str:
    """The plan; a line for each kind of estimate, with its notes; arms are written once.

    A line has id, endpoint, analysis, population, contrast, and the names of the numbers
    that the estimate has. A number with decimals is written as ``#``: what models and
    means give is held against other programs, not against itself.
    """
    found: dict[str, list[str]] = {}
    for row in results:
        notes = found.setdefault(_kind(row), [])
        note = DECIMAL.sub("#", row.note or "")
        if note and note not in notes:
            notes.append(note)
    lines = [f"{key} = {value}" for key, value in results.answers.items()]
    for endpoint in complete.protocol().endpoints:
        lines += ["", f"# plan of {endpoint.id}"]
        own = asdict(plan(complete.protocol(), endpoint))
        lines += [f"{name}: {value}" for name, value in own.items()]
    lines.append("")
    for kind, notes in found.items():
        lines += [kind, *(f"    {note}" for note in notes)]
    for listing in results.listings:
        head = " | ".join((listing.id, listing.title, listing.group))
        lines += ["", f"# {head}", f"note: {listing.note}", " | ".join(listing.columns)]
        lines += [" | ".join(row) for row in listing.rows]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _kind(row: Estimate) -> str:
    name, contrast = row.id, row.contrast or ""
    if contrast in {arm.id for arm in complete.protocol().arms}:
        name, contrast = name.replace(f".{contrast}", ".{arm}"), "{arm}"
    if row.visit:
        name = name.replace(row.visit, "{visit}")
    numbers = " ".join(part for part in NUMBERS if getattr(row, part) is not None)
    parts = (name, row.endpoint, row.analysis, row.population, contrast, numbers)
    return " | ".join(parts)


if __name__ == "__main__":
    APPROVED.parent.mkdir(exist_ok=True)
    APPROVED.write_text(words(complete.results()), encoding="utf-8")
