"""End of a rehearsed trial: exports, database lock, unblinding, verification, restore."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from equipoise.errors import ConductError
from equipoise.errors.counted import counted
from equipoise.rehearse_conduct.browser import Browser
from equipoise.rehearse_conduct.users import Cast

REASON = "final analysis of the rehearsal"
PATIENCE, MOMENT = 600.0, 0.5  # seconds: until a file must be ready; between checks


@dataclass(frozen=True, slots=True)
class Door:
    """Addresses of a file: immediate download; or start of a job, and its download."""

    at_once: str
    start: str
    made: str


BLINDED = Door("/export/file/", "/export/making/start/", "/export/making/file/")
UNBLINDED = Door(
    "/export/unblinded/", "/export/unblinded/start/", "/export/unblinded/made/"
)
PARQUET = {"format": "parquet"}


def export(cast: Cast, at: datetime) -> bytes:
    """The blinded data, as a file with Parquet tables."""
    statistician = cast.browser("statistician")
    return _fetched(statistician, BLINDED, PARQUET, at)


def lock(cast: Cast, at: datetime) -> None:
    """Closes recruitment, and locks one participant after the other."""
    statistician = cast.browser("statistician")
    page = statistician.open("/recruitment/", at)
    reason = {"reason": "every planned participant was recruited"}
    statistician.submit(page.sheet("/recruitment/close/"), reason, at)
    for part in cast.parts:
        acknowledge(cast, part.identifier, at)
        page = statistician.open(f"/participants/{part.identifier}/lock/", at)
        statistician.submit(page.sheet(), {}, at)


def acknowledge(cast: Cast, identifier: str, at: datetime) -> None:
    """The investigator acknowledges each open alert with the action taken.

    Raises:
        ConductError: EQ964.
    """
    investigator = cast.browser("investigator")
    page = investigator.open(f"/participants/{identifier}/alerts/", at)
    for sheet in page.sheets:
        if "alert" in sheet.held:
            done = {"done": "spoken with the participant and assessed"}
            investigator.submit(sheet, done, at)
            cast.note("alerts acknowledged")


def unblind(cast: Cast, at: datetime) -> bytes:
    """The data with arms and doses, after two people have unblinded the trial."""
    statistician, second = cast.browser("statistician"), cast.browser("administrator")
    page = statistician.open("/lock/", at)
    statistician.submit(page.sheet("/lock/unblinding/"), {"reason": REASON}, at)
    second.confirm()
    page = second.open("/resets/", at)
    one = next(s.address for s in page.sheets if s.address.endswith("/confirm/"))
    second.submit(page.sheet(one), {}, at)
    statistician.confirm()
    return _fetched(statistician, UNBLINDED, PARQUET | {"reason": REASON}, at)


def _fetched(
    person: Browser, door: Door, values: dict[str, str], at: datetime
) -> bytes:
    """The file, as the page offers it: immediately, or after an export job."""
    page = person.open("/export/", at)
    if not page.offers(door.start):
        return person.download(page.sheet(door.at_once), values, at)
    person.submit(page.sheet(door.start), values, at)
    until = monotonic() + PATIENCE
    while not (page := person.open("/export/", at)).offers(door.made):
        if monotonic() > until or "The file was not made" in page.text:
            page.sheet(door.made)  # raises that the page does not offer it
        sleep(MOMENT)
    if door is UNBLINDED:
        person.confirm()  # it may have taken longer than re-authentication lasts
    return person.download(page.sheet(door.made), {}, at)


def verify(folder: Path) -> str:
    """Runs ``equipoise audit verify`` on the folder of the trial; its result.

    Raises:
        ConductError: EQ964, something does not verify.
    """
    found = json.loads(_command("audit", "verify", str(folder), "--json"))
    return (
        f"audit verify: {found['verified']} in {counted(found['entries'], 'entry')} of "
        f"{found['chains']} chains, {found['allocations']} allocations, the allocation "
        "schedule and its commitment"
    )


def bring_back(folder: Path, into: Path) -> str:
    """Backs the trial up and restores it elsewhere, which verifies it once more.

    Raises:
        ConductError: EQ964.
    """
    copy, keys, again = into / "backup", into / "keys", into / "restored"
    _command("backup", str(folder), str(copy), "--keys", str(keys))
    anchors = str(folder / "anchors")
    _command(
        "restore", str(copy), str(again), "--keys", str(keys), "--checkpoints", anchors
    )
    return "the backup was restored, and verified against the external checkpoints"


def _command(*words: str) -> str:
    """Runs a command of Equipoise as a separate program; its output."""
    known: dict[str, Any] = {k: v for k, v in os.environ.items() if "DJANGO" not in k}
    done = subprocess.run(  # noqa: S603  its own words, no shell
        [sys.executable, "-m", "equipoise", *words],
        env=known,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = (done.stdout + done.stderr).decode(errors="replace").split()
        raise ConductError.single(
            "EQ964",
            f"equipoise {' '.join(words[:2])} failed: {' '.join(said)[:600]}",
            where="the rehearsal",
            fix="keep the folder, and see the output of the command",
        )
    return done.stdout.decode()
