"""People at work: sessions with a second factor, who open forms, answer and complete them.

Everything goes over HTTP, with cookies and CSRF tokens, as a browser does it: the page of a
form, then each field as it is answered, then the form as a whole.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import re
import struct
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from time import perf_counter
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from benchmarks.conduct.filling import PASSWORD, SECRET, SITES

from equipoise.conduct.forms import from_library, from_protocol
from equipoise.conduct.forms.definition import Field, Form
from equipoise.conduct.forms.value_checks import asked
from equipoise.protocol.model import Protocol

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SEEN = re.compile(r'name="seen" value="(\d+)"')
CONFIRM = re.compile(r'name="(confirm:[^"]+)"')
COOKIE = re.compile(r"^([^=]+)=([^;]*)")
STEP = 30  # seconds that a code of the second factor holds


@dataclass(slots=True)
class Times:
    """What was measured.

    Attributes:
        seconds: kind of request -> seconds of each.
        refused: answers that were not what they should have been.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: list[str] = field(default_factory=list)

    def count(self, *kinds: str) -> int:
        """Number of requests of some kinds."""
        return sum(len(self.seconds[kind]) for kind in kinds)

    def share(self, part: float, *kinds: str) -> float:
        """The seconds within which this part of some kinds was answered."""
        found = sorted(s for kind in kinds for s in self.seconds[kind])
        return found[min(len(found) - 1, int(part * len(found)))] if found else 0.0


@dataclass(slots=True)
class Job:
    """A form to be filled in."""

    identifier: str
    form: Form
    visit: str
    minute: int | None

    def address(self, deed: str = "") -> str:
        """Of the form, or of saving one field of it."""
        path = f"/participants/{self.identifier}/forms/{quote(self.form.id)}/{deed}"
        query = {"visit": self.visit}
        if self.minute is not None:
            query["minute"] = str(self.minute)
        return f"{path}?{urlencode(query)}"


class Person:
    """One person at a browser, behind the proxy of a hospital of their own."""

    def __init__(self, name: str, port: int, number: int) -> None:
        self.name = name
        self._port, self._address = port, f"10.0.{number // 250}.{1 + number % 250}"
        self._line = HTTPConnection("127.0.0.1", port, timeout=600)
        self._cookies: dict[str, str] = {}

    def close(self) -> None:
        """Closes the browser."""
        self._line.close()

    def log_in(self) -> Person:
        """With password and second factor."""
        page = self.send("GET", "/accounts/login/")[1]
        form = {"login": self.name, "password": PASSWORD}
        self.send("POST", "/accounts/login/", form | _token(page))
        for _ in range(3):  # a code may end on its way
            page = self.send("GET", "/accounts/2fa/authenticate/")[1]
            form = {"code": code(SECRET, int(time.time()))}  # noqa: TID251
            form |= _token(page)
            status, said = self.send("POST", "/accounts/2fa/authenticate/", form)
            if status == 302:
                break
        assert status == 302, f"{self.name}: {status} {said[:2000]}"
        return self

    def send(
        self, method: str, path: str, form: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """One request; status and body, or where it leads."""
        headers = self._headers()
        body = urlencode(form).encode() if form is not None else None
        try:
            self._line.request(method, path, body=body, headers=headers)
            answer = self._line.getresponse()
        except ConnectionError:  # closed by the server while the person was thinking
            self._line.close()
            self._line.request(method, path, body=body, headers=headers)
            answer = self._line.getresponse()
        text = answer.read().decode(errors="replace")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            if found := COOKIE.match(cookie):
                self._cookies[found[1]] = found[2]
        return answer.status, answer.headers.get("Location") or text

    def download(self, path: str, form: dict[str, str], hashed: Any) -> tuple[int, str]:
        """A file, piece by piece: its size and hash."""
        self._line.request(
            "POST", path, body=urlencode(form).encode(), headers=self._headers()
        )
        answer, size = self._line.getresponse(), 0
        assert answer.status == 200, answer.read()[:500]
        while piece := answer.read(1 << 20):
            hashed.update(piece)
            size += len(piece)
        return size, hashed.hexdigest()

    def _headers(self) -> dict[str, str]:
        return {
            "Cookie": "; ".join(f"{n}={v}" for n, v in self._cookies.items()),
            "X-CSRFToken": self._cookies.get("csrftoken", ""),
            "X-Forwarded-For": self._address,
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def work(
        self, jobs: list[Job], think: tuple[float, float], until: float, times: Times
    ) -> None:
        """Fills forms in until a time, one after the other."""
        rng = random.Random(self.name)
        time.sleep(rng.uniform(0, think[1]))  # nobody opens a form at the same moment
        while jobs and perf_counter() < until:
            job = jobs.pop()
            page = self._timed(times, "page of a form", 200, "GET", job.address())
            seen = SEEN.search(page)
            values = {"seen": seen[1] if seen else "0"}
            for one in job.form.fields:
                if not one.required or not asked(one, values):
                    continue
                time.sleep(rng.uniform(*think))
                if perf_counter() >= until:
                    return
                values[one.name] = answer_to(one)
                form = {"field": one.name, one.name: values[one.name]} | {
                    "seen": values["seen"]
                }
                self._timed(times, "field", 200, "POST", job.address("field/"), form)
            time.sleep(rng.uniform(*think))
            self._complete(job, values, times)

    def _complete(self, job: Job, values: dict[str, str], times: Times) -> None:
        """Signs a form off; says why an answer is right where the page asks."""
        begun = perf_counter()
        status, text = self.send("POST", job.address(), values)
        times.seconds["form"].append(perf_counter() - begun)
        if status == 422 and (doubts := CONFIRM.findall(text)):
            said = values | dict.fromkeys(doubts, "as in the source")
            self._timed(times, "form", 302, "POST", job.address(), said)
        elif status != 302:
            times.refused.append(f"{self.name} {job.address()}: {status} {text[:300]}")

    def look(self, path: str, kind: str, times: Times) -> str:
        """Reads a page."""
        return self._timed(times, kind, 200, "GET", path)

    def _timed(
        self, times: Times, kind: str, wanted: int, method: str, path: str,
        form: dict[str, str] | None = None,
    ) -> str:  # fmt: skip
        begun = perf_counter()
        status, text = self.send(method, path, form)
        times.seconds[kind].append(perf_counter() - begun)
        if status != wanted:
            times.refused.append(f"{self.name} {method} {path}: {status} {text[:300]}")
        return text


def crew(port: int) -> list[Person]:
    """Fifty people: two raters, two nurses and a coordinator of each site, logged in."""
    names = [
        f"{role}-{site}-{second}"
        for site in SITES
        for role, second in (
            ("rater", 1), ("rater", 2), ("infusion-team", 1), ("infusion-team", 2),
            ("coordinator", 1),
        )
    ]  # fmt: skip
    people = [Person(name, port, number) for number, name in enumerate(names)]
    with ThreadPoolExecutor(4) as hands:
        return list(hands.map(Person.log_in, people))


def at_once(
    people: list[Person],
    jobs: dict[str, list[Job]],
    *,
    seconds: float,
    think: tuple[float, float],
) -> Times:
    """Lets everybody work side by side for some seconds."""
    parts = [Times() for _ in people]
    until = perf_counter() + seconds
    with ThreadPoolExecutor(len(people)) as hands:
        doing = [
            hands.submit(person.work, jobs[person.name], think, until, times)
            for person, times in zip(people, parts, strict=True)
        ]
        for one in doing:
            one.result()
    whole = Times()
    for part in parts:
        whole.refused += part.refused
        for kind, found in part.seconds.items():
            whole.seconds[kind] += found
    return whole


def jobs_of(protocol: Protocol, database: str) -> dict[str, list[Job]]:
    """User name -> forms that nobody has begun, of participants of the site."""
    found: dict[str, list[Job]] = defaultdict(list)
    with psycopg.connect(database) as line:
        people = line.execute(
            "SELECT p.id, identifier, code FROM capture_participant p JOIN study_site s "
            "ON s.id = site_id WHERE status = 'randomized' ORDER BY place DESC LIMIT 500"
        ).fetchall()
        begun = set(
            line.execute(
                "SELECT participant_id, form, visit, minute FROM capture_formstate "
                "WHERE participant_id = ANY(%s)",
                ([row[0] for row in people],),
            )
        )
    for number, identifier, site in people:
        second = 1 + number % 2
        for form, visit, minute in _planned(protocol):
            if (number, form.id, visit, minute) in begun:
                continue
            name = f"{form.by.replace(' ', '-')}-{site}"
            who = f"{name}-1" if form.by == "coordinator" else f"{name}-{second}"
            found[who].append(Job(identifier, form, visit, minute))
    for waiting in found.values():
        random.Random(1).shuffle(waiting)
    return found


def _planned(protocol: Protocol) -> Iterator[tuple[Form, str, int | None]]:
    for visit in protocol.schedule.visits:
        yield from_library.standard("visit-status", protocol), visit.id, None
        for due in from_protocol.visit_forms(protocol, visit):
            if due.form.id != "infusion" and due.form.by != "participant":
                yield due.form, visit.id, due.minute


def answer_to(field: Field) -> str:
    """A possible answer."""
    if field.kind == "choice":
        return field.choices[0].value
    now = datetime.now(UTC)  # noqa: TID251  the sites are in this zone
    if field.kind == "date":
        return now.date().isoformat()
    if field.kind == "datetime":
        return now.replace(tzinfo=None).isoformat(timespec="minutes")
    if field.kind != "number":
        raise ValueError(f"no answer is made up for {field.name}, a {field.kind}")
    low, high = field.min or 0, field.max or 100
    return str(int((low + high) / 2))


def code(secret: str, at: int) -> str:
    """The code of the second factor (RFC 6238, SHA-1, six digits)."""
    counter = struct.pack(">Q", at // STEP)
    made = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = made[-1] & 0xF
    number = struct.unpack(">I", made[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def _token(page: str) -> dict[str, str]:
    found = TOKEN.search(page)
    return {"csrfmiddlewaretoken": found[1] if found else ""}
