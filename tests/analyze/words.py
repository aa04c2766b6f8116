"""What the estimates of the complete trial say: the words that a reader approves.

``python -m tests.analyze.words`` writes the files of ``approved/`` anew; read the
difference before it is committed, for the tests only see that something changed. Of the
rare trial, and of that of few people, only what differs from the complete one is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path

from equipoise.analyze.plan import plan
from equipoise.analyze.population.deviations import deviations
from equipoise.analyze.result import Estimate, Results
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from tests.analyze import complete, plain, rare
from tests.differences import differences
from tests.vocabulary import vocabulary

APPROVED = Path(__file__).parent / "approved"
DECIMAL = re.compile(r"\d+\.\d+")
NUMBERS = ("estimate", "std_error", "df", "lower", "upper", "level", "statistic", "p", "n",
           "converged")  # fmt: skip


def words(protocol: Protocol, data: UnblindedTrialData, results: Results) -> str:
    """The plan; a line for each kind of estimate, with its notes; arms are written once.

    Then each listing, and each deviation, also one of which the data do not tell whether
    there was one.

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
    for endpoint in protocol.endpoints:
        lines += ["", f"# plan of {endpoint.id}"]
        own = asdict(plan(protocol, endpoint))
        lines += [f"{name}: {value}" for name, value in own.items()]
    lines.append("")
    for kind, notes in found.items():
        lines += [kind, *(f"    {note}" for note in notes)]
    for listing in results.listings:
        head = " | ".join((listing.id, listing.title, listing.group))
        lines += ["", f"# {head}", f"note: {listing.note}", " | ".join(listing.columns)]
        lines += [" | ".join(row) for row in listing.rows]
    lines += ["", "# deviations"]
    for found in deviations(protocol, data):
        parts = (found.participant, found.kind, found.where, found.what)
        lines.append(" | ".join((*parts, "" if found.known else "not known")))
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


def _complete() -> str:
    return words(complete.protocol(), complete.data(), complete.results())


def _rare() -> str:
    return differences(_complete(), words(rare.protocol(), rare.data(), rare.results()))


def _bare() -> str:
    return words(*rare.bare())


def _alone() -> str:
    return differences(_complete(), words(*rare.alone()))


def _plain() -> str:
    return words(plain.protocol(), plain.data(), plain.results())


WORDS: Mapping[str, Callable[[], str]] = {
    "complete": _complete,
    "rare": _rare,
    "bare": _bare,
    "alone": _alone,
    "plain": _plain,
    "vocabulary": partial(vocabulary, "equipoise.analyze"),
}

if __name__ == "__main__":
    APPROVED.mkdir(exist_ok=True)
    for name, made in WORDS.items():
        (APPROVED / f"{name}.txt").write_text(made(), encoding="utf-8")
