"""The identifiers of participants: spellings, files, and participants without data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from equipoise.report.inspection.findings import Findings

RUN = re.compile(r"[A-Za-zÀ-ÿ]+|\d+")
LISTED = 30  # identifiers listed in a cell


@dataclass(frozen=True)
class FileIdentifiers:
    """The participants of a file, against those of the files that state who takes part.

    Attributes:
        reference: whether the file is one of those.
        matched: participants that are in those files; None if no file states it.
        others: identifiers that are not.
    """

    name: str
    participants: int
    reference: bool
    matched: int | None
    others: tuple[str, ...]


def shape(identifier: str) -> str:
    """``A-999`` for ``P-001``: letters and digits without their values."""
    return RUN.sub(lambda m: ("9" if m[0].isdigit() else "A") * len(m[0]), identifier)


def normal_form(identifier: str) -> str:
    """What remains of an identifier without case, punctuation and leading zeros."""
    text = re.sub(r"\.0+$", "", identifier.strip()).casefold()
    runs = RUN.findall(text)
    return ".".join(run.lstrip("0") or "0" if run.isdigit() else run for run in runs)


def shapes(identifiers: Iterable[str]) -> list[tuple[str, int, str]]:
    """Each shape of identifiers, its number of participants, and the first of them."""
    found: dict[str, list[str]] = {}
    for name in sorted(identifiers):
        found.setdefault(shape(name), []).append(name)
    rows = [(form, len(names), names[0]) for form, names in found.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def look_alikes(identifiers: Iterable[str]) -> list[tuple[str, ...]]:
    """Identifiers that differ only in case, punctuation, blanks or leading zeros."""
    found: dict[str, list[str]] = {}
    for name in sorted(identifiers):
        found.setdefault(normal_form(name), []).append(name)
    return [tuple(names) for names in found.values() if len(names) > 1]


def everybody(findings: Findings) -> list[str]:
    """Every identifier of any file or table, sorted."""
    names = set(findings.tables["participants"]["participant"].dropna())
    for part in findings.files:
        if part.participants is not None:
            names |= set(part.participants.dropna())
    return sorted(map(str, names))


def by_file(findings: Findings) -> list[FileIdentifiers]:
    """The participants of each file that was read with its mapping."""
    read = [
        (part, set(part.participants.dropna().astype(str)))
        for part in findings.files
        if part.participants is not None
    ]
    known = {name for part, names in read if part.people for name in names}
    return [
        FileIdentifiers(
            part.name,
            len(names),
            part.people,
            len(names & known) if known else None,
            tuple(sorted(names - known)) if known else (),
        )
        for part, names in read
    ]


def without_data(findings: Findings) -> list[tuple[str, list[str] | None, str]]:
    """Participants without an arm, ratings or other rows; None where it is not known.

    The third text is what to state if it is not known.

    Arms are named only for data that contain them.
    """
    people = findings.tables["participants"].dropna(subset="participant")
    every = people["participant"].astype(str)
    rows: list[tuple[str, list[str] | None, str]] = []
    if findings.unblinded:
        rows.append(("no arm", list(every[people["arm"].isna()]), ""))
    for label, names in (
        ("no rating", ("answers", "recorded_scores")),
        ("no infusion", ("exposures",)),
        ("no measurement", ("measurements",)),
    ):
        if not any(findings.collected(name) for name in names):
            rows.append((label, None, findings.absence(names[0])))
            continue
        having: set[str] = set()
        for name in names:
            having |= set(findings.tables[name]["participant"].dropna())
        rows.append((label, [who for who in every if who not in having], ""))
    return rows


def listed(names: Iterable[str]) -> str:
    """Identifiers in a cell, and how many more there are."""
    every = list(names)
    more = len(every) - LISTED
    return ", ".join(every[:LISTED]) + (f" and {more} more" if more > 0 else "")
