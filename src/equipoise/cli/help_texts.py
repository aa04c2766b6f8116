"""Help texts, each with a worked example, and what commands say of a protocol."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.protocol import amend
from equipoise.protocol.check import sourced
from equipoise.protocol.model import Protocol
from equipoise.protocol.schedule import PlannedVisit

ABOUT = """\
The executable trial: one protocol file from design to report.

\b
A first look, with the reference protocol and virtual participants:
  equipoise check feder2021
  equipoise rehearse feder2021 --seed 2021 --out out/feder2021

\b
A real trial, from a file that nobody prepared:
  equipoise map export.csv --protocol protocol.toml --out mapping.toml
  equipoise analyze protocol.toml export.csv --out out/trial

Exit status: 0 done, 1 the input was refused, 2 wrong usage.
"""

CHECK = """\
Check a protocol: every problem at once, with its place and remedy.

\b
Example:
  equipoise check feder2021
  equipoise check my-trial/protocol.toml
  equipoise check my-trial/protocol.toml --json
"""

SCHEDULE = """\
Print the dated visits of one participant, with their windows.

Visits move off weekends and holidays inside their window, if the protocol says so.

\b
Example: the first infusion is on Monday 4 January 2027.
  equipoise schedule feder2021 --day0 2027-01-04 --responder
  equipoise schedule feder2021 --day0 2027-01-04 --holiday 2027-01-18 --json
"""

AMEND = """\
Print what differs between two versions of a protocol, and their hashes.

Formatting, comments and the order of keys do not count.

\b
Example:
  equipoise amend protocol-1.0.toml protocol-1.1.toml
"""

MAP = """\
Propose a mapping for a data file: which column is what, and why.

\b
Example: a REDCap export with its data dictionary. Read the proposal, correct it,
and save it as mapping.toml beside the export.
  equipoise map export.csv --protocol protocol.toml --dictionary dictionary.csv
  equipoise map export.csv --protocol protocol.toml --out mapping.toml
"""

ANALYZE = """\
Analyze a data file as the protocol says, and write the report.

DATA is a CSV, TSV, XLSX or Parquet file, or a folder that Equipoise wrote. The mapping
is --mapping, else mapping.toml beside the data or the protocol, else the library's.

\b
Example:
  equipoise analyze protocol.toml export.csv --out out/trial
  equipoise analyze protocol.toml export.csv --out out/trial --accept EQ312
  equipoise analyze protocol.toml blinded.csv --out out/dry-run --dummy --seed 7
"""

SIMULATE = """\
Write the data of a trial on virtual participants, item by item; or run many trials.

With --trials, each trial is simulated and analyzed as the protocol says, and power,
bias and coverage are printed with their Monte Carlo errors. What is done stays in the
folder: the same command goes on where it was stopped.

Several sizes, effects, shares of departures or designs make a grid: every combination
with the same random numbers, as a table (grid.csv), curves (power.svg) and a page
(grid.html). A design is fixed, or looks: a spending function or family, and the
fractions of people at which the primary endpoint is looked at.

\b
Example:
  equipoise simulate feder2021 --seed 2021 --out out/virtual
  equipoise simulate feder2021 --scenario my-scenario.toml --n 300 --out out/virtual
  equipoise simulate feder2021 --trials 10000 --workers 2 --out out/power
  equipoise simulate feder2021 --trials 10000 --precision 0.005 --null --out out/error

\b
A grid of 3 sizes, 3 effects and 2 designs, on 2 processes:
  equipoise simulate feder2021 --trials 2000 --workers 2 --out out/grid \\
    --size 20 --size 30 --size 40 --effect 0 --effect 0.5 --effect 1 \\
    --design fixed --design lan-demets-of:0.5,1

\b
On the workers of a Dask cluster (started with `dask scheduler`, `dask worker`):
  equipoise simulate feder2021 --trials 100000 --cluster tcp://host:8786 --out out/many
"""

REHEARSE = """\
Carry a trial out on virtual participants, from screening to the report.

With --conduct the participants pass through the running application: every form is
posted over HTTP by the person who would fill it in, up to database lock, unblinding,
export and report. The application runs in a folder that is deleted at the end.

\b
Example:
  equipoise rehearse feder2021 --seed 2021 --out out/feder2021
  equipoise rehearse feder2021 --conduct --out out/conduct
  equipoise rehearse protocol.toml --scenario scenario.toml --n 60 --out out/rehearsal
"""

LEAKTEST = """\
Look for leaks of the allocation in a rehearsed trial, as every blinded role.

A trial runs in the application with virtual participants. Each blinded role reads every
page, export, error and answer of the interface, and the log is read too: arms and drugs
must be named nowhere but in forms that ask for a guess. The same data are entered again
under another list: what people see must be the same. Kit numbers and times must tell
neither arms, nor pairs, nor the next assignment. In an open trial who treats may read
an arm at one address, and nowhere else. Exit status 1 if anything leaks.

\b
Example:
  equipoise leaktest feder2021
  equipoise leaktest feder2021 --n 4 --people 1000 --json
"""


def summary(protocol: Protocol) -> dict[str, object]:
    """What a checked protocol states, in numbers."""
    stated = [part for _, part in sourced(protocol)]
    assumed = sum(part.assumed for part in stated)
    return {
        "protocol": f"{protocol.trial.id} {protocol.trial.version}",
        "title": protocol.trial.title,
        "arms": ", ".join(arm.id for arm in protocol.arms),
        "visits": len(protocol.schedule.visits),
        "instruments": ", ".join(use.id for use in protocol.instruments),
        "endpoints": len(protocol.endpoints),
        "assumptions": f"{assumed} of {len(stated)} statements have no source",
        "hash": amend.content_hash(protocol),
        "problems": "none",
    }


def amendment(old: Protocol, new: Protocol) -> dict[str, object]:
    """What differs between two versions."""
    return {
        "old": f"{old.trial.version} {amend.content_hash(old)}",
        "new": f"{new.trial.version} {amend.content_hash(new)}",
        "changes": [str(change) for change in amend.differences(old, new)] or ["none"],
    }


def visit_rows(visits: Sequence[PlannedVisit]) -> list[dict[str, str]]:
    """One row for each dated visit, ready to be printed."""
    return [
        {
            "visit": item.visit.id,
            "day": str(item.visit.day),
            "date": item.date.isoformat(),
            "weekday": f"{item.date:%a}",
            "window": f"{item.earliest.isoformat()} to {item.latest.isoformat()}",
            "due": item.due,
            "note": item.note,
        }
        for item in visits
    ]
