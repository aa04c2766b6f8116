"""A running trial with 5,000,000 answers, on PostgreSQL, served by gunicorn with threads.

Run with ``pytest benchmarks/bench_conduct.py -o python_files='bench_*.py' -p no:randomly``.
``CONDUCT_BENCH_ANSWERS=100000`` is a quick look. The filled database is kept in
``~/.cache/equipoise-bench`` (``CONDUCT_BENCH_CACHE``) and used again; a run adds the few
thousand saves that it makes. People, second factors, sessions, CSRF tokens, chains: nothing
is left out, and the client shares the two cores with the server.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from time import perf_counter, sleep

import psycopg
import pytest
from benchmarks.conduct.filling import SITES
from benchmarks.conduct.measuring import children, forget_peaks, peak
from benchmarks.conduct.people import (
    Job,
    Person,
    Times,
    at_once,
    crew,
    jobs_of,
)
from benchmarks.conduct.serving import Stored, run, served

from equipoise.exchange.protocols import load_protocol

ANSWERS = int(os.environ.get("CONDUCT_BENCH_ANSWERS", "5000000"))
SAVES, SAVE, PAGE, OTHER, VERIFY = 150, 0.250, 0.300, 1.0, 50_000
THINK = (1.0, 2.0)  # seconds between two answers of a person
GROWTH = 1.3  # of the peak of memory, for ten times as many answers
PEOPLE = 50
ROWS: list[tuple[str, str, str]] = []


@dataclass(frozen=True, slots=True)
class Running:
    """A trial that is served, with fifty people who are logged in."""

    stored: Stored
    port: int
    people: list[Person]
    jobs: dict[str, list[Job]]


@pytest.fixture(scope="module", autouse=True)
def table(request: pytest.FixtureRequest) -> Iterator[None]:
    """Prints what was measured, past the capture of pytest."""
    yield
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        _print()


def _print() -> None:
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    print(
        f"\n\nload of the machine {load}\n\n| what | budget | measured |\n|---|---|---|"
    )
    for row in ROWS:
        print("| " + " | ".join(row) + " |")


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_an_export_is_bounded(form: str) -> None:
    """Ten times as many answers take the same memory, and no worker is ended."""
    made = []
    for answers in (ANSWERS // 10, ANSWERS):
        with Stored(answers) as stored, served(stored) as (port, master):
            made.append(_exported(stored, port, master, form))
    (small, few, _), (large, many, seconds) = made
    ROWS.append(
        (
            f"export as {form}: peak memory of the process, {ANSWERS // 10:,} and "
            f"{ANSWERS:,} answers",
            f"< {GROWTH:.1f} times",
            f"{small:.0f} and {large:.0f} MB; {many / 2**20:.0f} MB in {seconds:.0f} s",
        )
    )
    assert many > 5 * few
    assert large < GROWTH * small


def _exported(
    stored: Stored, port: int, master: int, form: str
) -> tuple[float, int, float]:
    """Peak in MB, bytes of the file, and seconds."""
    workers = children(master)
    with closing(Person("statistician", port, 94)) as someone:
        someone.log_in().look("/export/", "page", Times())
        forget_peaks(workers)
        begun = perf_counter()
        size, hashed = someone.download("/export/file/", {"format": form}, sha256())
        seconds = perf_counter() - begun
    assert sorted(children(master)) == sorted(workers), "a worker was ended"
    assert size > stored.answers / 100, hashed
    return peak(workers), size, seconds


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """The trial, filled if it was not before."""
    with Stored(ANSWERS) as stored, served(stored) as (port, _):
        people = crew(port)
        assert len(people) == PEOPLE
        jobs = jobs_of(load_protocol("feder2021"), stored.database)
        at_once(people, jobs, seconds=10, think=(0, 0))  # nothing is cold
        filled = stored.rows()
        what = f"filled with {filled['answers']:,} answers of "
        what += f"{filled['capture_participant']:,} participants"
        ROWS.append(
            (what, "", f"{filled['audit_entry']:,} entries, {filled['seconds']} s")
        )
        yield Running(stored, port, people, jobs)
        for person in people:
            person.close()


def test_150_audited_saves_a_second(running: Running) -> None:
    """Fifty people without a pause: pages of forms, each field, and whole forms."""
    seconds = 30
    times = at_once(running.people, running.jobs, seconds=seconds, think=(0, 0))
    rate = times.count("field", "form") / seconds
    ROWS.append(("audited saves a second", f"≥ {SAVES}", f"{rate:.0f}"))
    assert not times.refused, times.refused[:3]
    assert rate >= SAVES


def test_fifty_people_wait_for_no_save(running: Running) -> None:
    """Fifty people who think one to two seconds before each answer."""
    seen, until = Times(), perf_counter() + 60
    doctor = Person(f"investigator-{SITES[0]}-2", running.port, 90).log_in()
    names = _identifiers(running, SITES[0])

    def look() -> None:
        while perf_counter() < until:
            name = names[len(seen.seconds["page"]) % len(names)]
            doctor.look(f"/participants/{name}/", "page", seen)
            sleep(1)

    beside = threading.Thread(target=look)
    beside.start()
    times = at_once(running.people, running.jobs, seconds=60, think=THINK)
    beside.join()
    doctor.close()
    saves, whole = times.share(0.95, "field", "form"), times.share(0.5, "field", "form")
    rate = times.count("field", "form") / 60
    ROWS.extend(
        [
            (f"50 people, a save each {THINK[0]:.0f} to {THINK[1]:.0f} s: p95 of a save",
             f"< {SAVE * 1e3:.0f} ms",
             f"{saves * 1e3:.0f} ms (median {whole * 1e3:.0f} ms, {rate:.0f} a second)"),
            ("the same: p95 of the page of a form", "", _ms(times, "page of a form")),
            ("the same: p95 of a participant's page meanwhile", "", _ms(seen, "page")),
        ]
    )  # fmt: skip
    assert not times.refused, times.refused[:3]
    assert saves < SAVE


def test_pages_come_at_once(running: Running) -> None:
    """Pages that people look at, of those who see most, sixty times each."""
    times = Times()
    doctor = Person(f"investigator-{SITES[0]}-1", running.port, 91).log_in()
    nurse = Person(f"infusion-team-{SITES[0]}-1", running.port, 92).log_in()
    monitor = Person("monitor", running.port, 93).log_in()
    names = _identifiers(running, SITES[0])
    looks = {
        "a participant's page": (doctor, "/participants/{}/"),
        "infusion day": (nurse, "/participants/{}/infusion/infusion-2/"),
        "chain of the audit": (doctor, "/audit/{}/"),
        "today, one site": (doctor, "/"),
        "today, all sites": (monitor, "/"),
        "recruitment, one site": (doctor, "/recruitment/"),
        "recruitment, all sites": (monitor, "/recruitment/"),
        "screening log, one site": (doctor, "/participants/"),
        "screening log, all sites": (monitor, "/participants/"),
        "list of the chains": (monitor, "/audit/"),
    }
    cold = {}
    for kind, (person, path) in looks.items():
        first = Times()
        for number in range(64):
            place = path.format(names[number % len(names)])
            person.look(place, kind, first if number < 4 else times)
        cold[kind] = max(first.seconds[kind])
        assert not first.refused, first.refused[:1]
    for person in (doctor, nurse, monitor):
        person.close()
    for kind in looks:
        budget = PAGE if kind == "a participant's page" else OTHER
        found = f"{_ms(times, kind)} (first {cold[kind] * 1e3:.0f} ms)"
        ROWS.append((f"{kind}: p95", f"< {budget * 1e3:.0f} ms", found))
    assert not times.refused, times.refused[:3]
    assert times.share(0.95, "a participant's page") < PAGE
    slow = {kind: times.share(0.95, kind) for kind in looks}
    assert max(slow.values()) < OTHER, slow


def test_every_chain_is_verified(running: Running) -> None:
    """One process works every chain out again."""
    said = run("benchmarks.conduct.measuring", running.stored.folder).split()
    entries, seconds, findings = int(said[0]), float(said[1]), int(said[2])
    found = f"{entries / seconds:,.0f} ({entries:,} entries in {seconds:.0f} s)"
    ROWS.append(("entries verified a second", f"≥ {VERIFY:,}", found))
    assert not findings
    assert entries / seconds >= VERIFY


def _identifiers(running: Running, site: str) -> list[str]:
    """Participants of a site who have come furthest."""
    with psycopg.connect(running.stored.database) as line:
        rows = line.execute(
            "SELECT identifier FROM capture_participant p JOIN study_site s "
            "ON s.id = site_id JOIN audit_head h ON h.chain = identifier "
            "WHERE code = %s AND status = 'randomized' ORDER BY seq DESC LIMIT 60",
            (site,),
        ).fetchall()
    return [str(row[0]) for row in rows]


def _ms(times: Times, kind: str) -> str:
    return f"{times.share(0.95, kind) * 1e3:.0f} ms"
