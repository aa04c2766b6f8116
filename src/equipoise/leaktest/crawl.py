"""Everything that one person can read in the application, address by address."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote, urljoin, urlsplit
from zipfile import BadZipFile, ZipFile

from equipoise.rehearse_conduct.browser import Answer

LINK = re.compile(r'(?:href|src|action|hx-get|data-url)="([^"#]+)')
NEVER = ("/accounts/logout", "/static/")
PATTERN = re.compile(r"\{(\w+)\}")
# Asked as they are, to see what an error says, and whether a hidden column sorts.
ODD = (
    "/no-such-page/",
    "/participants/P9999/",
    "/api/participants/P9999",
    "/api/participants/%27%22%3E/forms/x",
    "/api/no-such-operation",
    "/api/export?format=arm",
)
HIDDEN = ("sort=arm", "order_by=arm", "ordering=-arm", "arm={arm}", "q={arm}")
LISTS = ("/participants/", "/", "/api/participants", "/recruitment/")
MOST = 1500  # addresses of one person
EACH = 12  # addresses of one kind, such as forms of a participant
PLACES = 2  # visits and minutes at which each form of a participant is read

Read = Callable[[str], Answer]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one person was told at one address.

    Attributes:
        text: what stands there, unpacked and without entities.
    """

    role: str
    address: str
    status: int
    text: str


def crawl(role: str, read: Read, people: list[str], arms: list[str]) -> Iterator[Seen]:
    """Reads everything that a person can reach.

    Args:
        role: for the report.
        read: asks for an address as this person.
        people: identifiers that occur in the trial.
        arms: ids, for filters by a hidden column.
    """
    waiting = [*_starts(read, people), *ODD, *_hidden(arms)]
    known, kinds = set(waiting), dict[str, int]()
    while waiting and len(known) < MOST:
        address = waiting.pop(0)
        answer = read(address)
        text = _text(answer)
        yield Seen(role, address, answer.status, text)
        if "html" not in answer.headers.get("content-type", ""):
            continue
        for link in LINK.findall(answer.text):
            found = _inside(address, unescape(link))
            kind = re.sub(r"\d+", "0", found)
            if found in known or not found or kinds.get(kind, 0) >= EACH:
                continue
            kinds[kind] = kinds.get(kind, 0) + 1
            known.add(found)
            waiting.append(found)


def _starts(read: Read, people: list[str]) -> Iterator[str]:
    """Pages that are named in the design, and every reading operation of the interface."""
    yield from ("/", "/participants/", "/recruitment/", "/export/", "/people/")
    yield from ("/audit/", "/pharmacy/", "/api/openapi.json", "/health")
    for person in people:
        yield f"/participants/{person}/"
        yield f"/participants/{person}/unblind/"
        yield f"/participants/{person}/randomize/"
    for form in ("csv", "xlsx", "parquet"):
        yield f"/api/export?format={form}"
    described = read("/api/openapi.json")
    paths = json.loads(described.body)["paths"] if described.status == 200 else {}
    for path, operations in paths.items():
        if "get" in operations:
            yield from _filled(read, path, people)


def _filled(read: Read, path: str, people: list[str]) -> Iterator[str]:
    """An operation with every participant and every form that its person may see."""
    names = PATTERN.findall(path)
    if not names:
        yield path
    for person in people if names else ():
        whole = path.replace("{identifier}", person)
        if "{form}" not in whole:
            yield PATTERN.sub("1", whole)
            continue
        listed = read(f"/api/participants/{person}/forms")
        asked: Counter[str] = Counter()
        for form in json.loads(listed.body) if listed.status == 200 else ():
            asked[form["form"]] += 1
            if asked[form["form"]] > PLACES:
                continue
            minute = form["minute"]
            where = f"visit={form['visit']}" + (
                "" if minute is None else f"&minute={minute}"
            )
            yield whole.replace("{form}", quote(form["form"], safe="")) + "?" + where


def _hidden(arms: list[str]) -> list[str]:
    return [
        f"{page}?{query.format(arm=arm)}"
        for page in LISTS
        for query in HIDDEN
        for arm in (arms if "{arm}" in query else arms[:1])
    ]


def _inside(address: str, link: str) -> str:
    """An address of this application, empty for any other."""
    parts = urlsplit(urljoin("http://here" + address, link))
    if parts.netloc != "here" or parts.path.startswith(NEVER):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _text(answer: Answer) -> str:
    """What a reader sees: archives are unpacked, entities resolved, headers included."""
    body = answer.body
    if body.startswith(b"PK\x03\x04"):
        body = _unpacked(body)
    head = answer.headers.get("location", "") + answer.headers.get(
        "content-disposition", ""
    )
    return head + "\n" + unescape(body.decode("utf-8", errors="replace"))


def _unpacked(body: bytes) -> bytes:
    try:
        with ZipFile(io.BytesIO(body)) as archive:
            return b"\n".join(
                f"[{name}]\n".encode() + _table(name, archive.read(name))
                for name in archive.namelist()
            )
    except BadZipFile:
        return body


def _table(name: str, content: bytes) -> bytes:
    """Columns and values of a Parquet file as text; other files as they are."""
    if not name.endswith(".parquet"):
        return content
    import pandas as pd

    frame = pd.read_parquet(io.BytesIO(content))
    return frame.to_csv(index=False).encode()
