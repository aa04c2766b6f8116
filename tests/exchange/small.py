"""A small file, its mapping, and how a test reads them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import equipoise as eq
from equipoise.dataset.trialdata import TrialData
from equipoise.errors import DataError, Problem
from equipoise.exchange.files import Source, read_source
from equipoise.exchange.mapping import File, OneFile, parse_mapping
from equipoise.protocol.model import Protocol

TUTORIAL = Path("docs/tutorials/your-trial")

LONG = """\
id,visit,arm,sex,age,date,start,madrs
P1,V0,K,1,30,2026-03-10,2026-03-11,30
P1,V1,K,1,30,2026-03-12,2026-03-11,20
P2,V0,M,2,41,2026-03-11,2026-03-12,28
P2,V1,M,2,41,2026-03-13,2026-03-12,26
"""

MAPPING = """\
schema = 1
protocol = "one-infusion"
participant = { column = "id" }
visit = { column = "visit", values = { V0 = "baseline", V1 = "day-1" } }
day0 = { column = "start", format = "%Y-%m-%d" }

[[columns]]
column = "arm"
to = "participants.arm"
values = { K = "ketamine", M = "midazolam" }

[[columns]]
column = "sex"
to = "participants.sex"
values = { 1 = "F", 2 = "M" }

[[columns]]
column = "age"
to = "participants.age"

[[columns]]
column = "date"
to = "visits.actual_day"
format = "%Y-%m-%d"

[[columns]]
column = "madrs"
to = "score.madrs.total"
"""

START = """\
schema = 1
participant = { column = "id" }
"""


@cache
def protocol() -> Protocol:
    """The protocol of the tutorial: MADRS at baseline, day 1 and day 7."""
    return eq.load_protocol(TUTORIAL / "protocol.toml")


@cache
def feder() -> Protocol:
    """The reference protocol: infusions, minutes, vital signs."""
    return eq.load_protocol("feder2021")


def read(
    folder: Path,
    text: str = LONG,
    mapping: str = MAPPING,
    *,
    trial: Protocol | None = None,
    accept: tuple[str, ...] = (),
) -> TrialData:
    """The data of a CSV text."""
    file, rule = folder / "export.csv", folder / "rules.toml"
    file.write_text(text, "utf-8")
    rule.write_text(mapping, "utf-8")
    return eq.read_data(file, trial or protocol(), mapping=rule, accept=accept)


def refused(
    folder: Path,
    text: str = LONG,
    mapping: str = MAPPING,
    *,
    trial: Protocol | None = None,
) -> dict[str, Problem]:
    """The problems with which a CSV text is refused, by code."""
    with pytest.raises(DataError) as refusal:
        read(folder, text, mapping, trial=trial)
    return {problem.code: problem for problem in refusal.value.problems}


def rows(problem: Problem, column: str) -> list[str]:
    """One column of the records of a problem, as texts."""
    assert problem.records is not None
    return [str(value) for value in problem.records[column]]


def source(folder: Path, text: str) -> Source:
    """A CSV text as it is read."""
    (folder / "export.csv").write_text(text, "utf-8")
    return read_source(folder / "export.csv", File())


def one_file(text: str) -> OneFile:
    """A mapping of one file."""
    mapping = parse_mapping(text, origin="mapping.toml")
    assert isinstance(mapping, OneFile)
    return mapping
