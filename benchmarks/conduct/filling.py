"""A large trial put into PostgreSQL within minutes: chains, states of forms, people.

Entries are hashed as the application does (``audit.chain.link``), stand in the table in
the order of their time, all participants mixed, and are written by COPY.

Run as a program of its own, because Django is set up once in a process:
``python -m benchmarks.conduct.filling FOLDER ANSWERS``.
"""

from __future__ import annotations

import multiprocessing
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks.conduct.course import Course, Who, book_of, steps

if TYPE_CHECKING:
    from equipoise.protocol.model import Protocol

SITES = tuple(f"s{number:02d}" for number in range(1, 11))
STAFF = ("coordinator", "rater", "infusion team", "investigator")
EVERYWHERE = ("administrator", "monitor", "statistician")
PASSWORD = "correct horse battery staple"  # noqa: S105  of people who do not exist
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105  of their second factor
ENROLMENT = timedelta(days=3 * 365)
PROCESSES = 2
ENTRIES = "at, chain, seq, actor, protocol, act, form, visit, minute, item, value, "
ENTRIES += "reason, hash"
STATES = "changed_at, participant_id, form, visit, minute, status, seq, changed_by"
STATE_OF = {"answer": "started", "open": "started", "complete": "complete"}


@dataclass(frozen=True, slots=True)
class Trial:
    """What the processes share."""

    protocol: Protocol
    hash: str
    folder: Path
    count: int
    now: datetime

    def who(self, number: int) -> Who:
        """A participant; they arrive evenly over the enrolment."""
        at = self.now - ENROLMENT * (1 - (number - 1) / self.count)
        site = SITES[Random(number).randrange(len(SITES))]
        return Who(number, site, at.replace(microsecond=0))


def fill(answers: int, folder: Path) -> dict[str, int]:
    """Fills the empty trial of this process.

    Args:
        answers: at least so many are stored.
        folder: for files on the way.

    Returns:
        Table -> number of rows, and ``answers``.
    """
    from equipoise.conduct.study.protocols import hash_in_force, in_force

    now = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251
    trial = Trial(in_force(), hash_in_force(), folder, 1, now)
    people = _people_for(trial, answers)
    trial = Trial(trial.protocol, trial.hash, folder, people, now)
    folder.mkdir(parents=True)
    _accounts(now)
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        jobs = [(trial, part) for part in range(PROCESSES)]
        made = pool.starmap(_write, jobs)
    rows = [row for part, _ in made for row in part]
    _participants(rows, now)
    counted = {
        "audit_head": _copy([r["head"] for r in rows], "audit_head (chain, seq, hash)"),
        "audit_entry": _pour(folder, "entry", f"audit_entry ({ENTRIES})"),
        "capture_formstate": _pour(folder, "state", f"capture_formstate ({STATES})"),
        "capture_participant": len(rows),
        "answers": sum(answered for _, answered in made),
    }  # fmt: skip
    shutil.rmtree(folder)
    return counted


def _people_for(trial: Trial, answers: int) -> int:
    """How many participants have so many answers."""
    book, sample = book_of(trial.protocol), 60
    full = Trial(trial.protocol, trial.hash, trial.folder, sample, trial.now)
    found = 0
    for number in range(1, sample + 1):
        course = Course(full.who(number), trial.now, rng=Random(number))
        found += sum(f.act in ("answer", "correct") for _, _, f in steps(book, course))
    return max(10, int(1.03 * answers * sample / found) + 1)


def _write(trial: Trial, part: int) -> tuple[list[dict[str, Any]], int]:
    """Every participant of one process, into files by week; returns what is left."""
    from equipoise.conduct.audit.hash_chain import START, link
    from equipoise.conduct.audit.models import stamp

    book, rows, answered = book_of(trial.protocol), [], 0
    out = _Buckets(trial.folder, part)
    for number in range(1 + part, trial.count + 1, PROCESSES):
        who = trial.who(number)
        course = Course(who, trial.now, rng=Random(number))
        previous, seq, chain = START, 0, who.identifier
        states: dict[tuple[str, str, int | None], str] = {}
        for at, by, fact in steps(book, course):
            seq += 1
            time = stamp(at)
            previous = link(previous, chain, seq, time, by, trial.hash, fact)
            minute = r"\N" if fact.minute is None else str(fact.minute)
            value = r"\N" if fact.value is None else fact.value
            out.add(
                "entry", at,
                f"{time}\t{chain}\t{seq}\t{by}\t{trial.hash}\t{fact.act}\t{fact.form}\t"
                f"{fact.visit}\t{minute}\t{fact.item}\t{value}\t{fact.reason}\t"
                f"\\\\x{previous.hex()}\n",
            )  # fmt: skip
            answered += fact.act in ("answer", "correct")
            state = STATE_OF.get(fact.act)
            if state:
                states[fact.form, fact.visit, fact.minute] = (
                    f"{time}\t{number}\t{fact.form}\t{fact.visit}\t{minute}\t{state}\t"
                    f"{seq}\t{by}\n"
                )
        for line in states.values():
            out.add("state", datetime.fromisoformat(line[:32]), line)
        head = f"{chain}\t{seq}\t\\\\x{previous.hex()}\n"
        rows.append({"head": head, "course": (who, course.day0, course.status)})
    out.close()
    return rows, answered


class _Buckets:
    """Lines by kind and week."""

    def __init__(self, folder: Path, part: int) -> None:
        self._folder, self._part = folder, part
        self._held: dict[str, list[str]] = defaultdict(list)

    def add(self, kind: str, at: datetime, line: str) -> None:
        """Takes a line."""
        year, week, _ = at.isocalendar()
        name = f"{kind}-{year}-{week:02d}"
        held = self._held[name]
        held.append(line)
        if len(held) > 2000:
            self._flush(name)

    def close(self) -> None:
        """Writes the rest."""
        for name in list(self._held):
            self._flush(name)

    def _flush(self, name: str) -> None:
        with (self._folder / f"{name}.{self._part}").open("a") as file:
            file.writelines(self._held.pop(name))


def _pour(folder: Path, kind: str, table: str) -> int:
    """Every week, in the order of time."""
    weeks = sorted({path.stem for path in folder.glob(f"{kind}-*")})

    def lines() -> Iterator[str]:
        for week in weeks:
            found = []
            for path in sorted(folder.glob(f"{week}.*")):
                found += path.read_text().splitlines(keepends=True)
            found.sort(key=lambda line: line[:32])
            yield "".join(found)

    return _copy(lines(), table)


def _copy(parts: Iterator[str] | list[str], table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for part in parts:
                copy.write(part)
        return int(cursor.rowcount)


def _participants(rows: list[dict[str, Any]], now: datetime) -> None:
    from equipoise.conduct.capture.models import Participant
    from equipoise.conduct.study.models import Site

    sites = {site.code: site for site in Site.objects.all()}
    Participant.objects.bulk_create(
        Participant(
            id=who.number, identifier=who.identifier, site=sites[who.site],
            place=who.number, day0=day0, status=status, created_at=who.screened,
        )
        for who, day0, status in (row["course"] for row in rows)
    )  # fmt: skip
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('capture_participant', 'id'), %s)",
            [len(rows)],
        )


def _accounts(now: datetime) -> None:
    """Two of each role at each site, and one of each role of the whole trial."""
    from allauth.mfa.totp.internal.auth import TOTP
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User

    from equipoise.conduct.access.models import Membership
    from equipoise.conduct.study.models import Site

    since, password = now - ENROLMENT, make_password(PASSWORD)
    sites = {site.code: site for site in Site.objects.all()}
    wanted = [
        (f"{role.replace(' ', '-')}-{code}-{second}", role, sites[code])
        for code in SITES
        for role in STAFF
        for second in (1, 2)
    ] + [(role, role, None) for role in EVERYWHERE]
    for name, role, site in wanted:
        user = User.objects.create(username=name, first_name=name, password=password)
        Membership.objects.create(
            user=user, role=role, site=site, since=since, granted_by="setup"
        )
        TOTP.activate(user, SECRET)


def main(folder: Path, answers: int, database: str) -> None:
    """Makes the trial and fills it."""
    from equipoise.conduct.folder import Trial as Served
    from equipoise.conduct.serve import Wanted, open_trial

    names = {code: f"Hospital {code[1:]}" for code in SITES}
    wanted = Wanted("feder2021", Served(folder, database, proxied=True), sites=names)
    now = datetime.now(UTC)  # noqa: TID251
    open_trial(wanted, at=now - ENROLMENT, tell=lambda _: None)
    for table, rows in fill(answers, folder / "filling").items():
        print(f"{table} {rows}")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
