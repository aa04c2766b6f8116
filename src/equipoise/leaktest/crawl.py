"""Crawl of the application: everything that one user can read, address by address."""

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

from equipoise.conduct.export.writers import FORMATS
from equipoise.rehearse_conduct.browser import Answer

LINK = re.compile(r'(?:href|src|action|hx-get|data-url)="([^"#]+)')
NEVER = ("/accounts/logout", "/static/")
PATTERN = re.compile(r"\{(\w+)\}")
# Requested unchanged, for the texts of errors, and for sorting by a hidden column.
ODD = (
    "/no-such-page/",
    "/participants/P9999/",
    "/api/participants/P9999",
    "/api/participants/%27%22%3E/forms/x",
    "/api/no-such-operation",
    "/api/export?format=arm",
)
# Headers that differ between requests in any trial.
MOVING = frozenset({"date", "server", "connection", "set-cookie", "expires"})
POLICY = "content-security-policy"
PACKED = ("zip", "sheet", "octet-stream")  # as long as their content compresses
MOST = 1500  # addresses of one user, beyond which no link is followed
EACH = 12  # addresses of one kind, such as forms of a participant
PLACES = 2  # visits and minutes at which each form of a participant is read

Read = Callable[[str], Answer]


@dataclass(frozen=True, slots=True)
class Seen:
    """The response to one user at one address.

    Attributes:
        text: its content, headers first, unpacked and without entities.
    """

    role: str
    address: str
    status: int
    text: str


def crawl(role: str, read: Read, people: list[str], arms: list[str]) -> Iterator[Seen]:
    """Reads everything that a user can reach.

    Args:
        role: for the report.
        read: requests an address as this user.
        people: identifiers that occur in the trial.
        arms: ids, which are searched for.
    """
    searches = [f"/participants/?q={arm}" for arm in arms]
    waiting = [*_starts(read, people), *ODD, *searches]
    known, kinds = set(waiting), dict[str, int]()
    while waiting:  # the first addresses are read whatever their number
        address = waiting.pop(0)
        answer = read(address)
        yield seen(role, address, answer)
        if "html" not in answer.headers.get("content-type", ""):
            continue
        for link in LINK.findall(answer.text):
            found = _inside(address, unescape(link))
            kind = re.sub(r"\d+", "0", found)
            many = len(known) >= MOST or kinds.get(kind, 0) >= EACH
            if found in known or not found or many:
                continue
            kinds[kind] = kinds.get(kind, 0) + 1
            known.add(found)
            waiting.append(found)


def _starts(read: Read, people: list[str]) -> Iterator[str]:
    """Pages named in the design, and every reading operation of the API."""
    yield from ("/", "/participants/", "/recruitment/", "/export/", "/people/")
    yield from ("/audit/", "/audit/study/", "/list/", "/accounts/", "/export/")
    yield from ("/pharmacy/", "/pharmacy/record/", "/syringes/00000000/")
    yield from ("/pharmacy/stock/", "/pharmacy/stock/1/", "/syringes/00000000/label/")
    yield from ("/api/openapi.json", "/health")
    for person in people:
        yield f"/participants/{person}/"
        yield f"/participants/{person}/unblind/"
        yield f"/participants/{person}/randomize/"
        yield f"/participants/{person}/treatment/"
        yield f"/audit/{person}/"
    for form in FORMATS:
        yield f"/api/export?format={form}"
    described = read("/api/openapi.json")
    paths = json.loads(described.body)["paths"] if described.status == 200 else {}
    for path, operations in paths.items():
        if "get" in operations:
            yield from _filled(read, path, people)


def _filled(read: Read, path: str, people: list[str]) -> Iterator[str]:
    """An operation with every participant and every form that the user may view."""
    names = PATTERN.findall(path)
    if not names:
        yield path
    for person in people if names else ():
        whole = path.replace("{identifier}", person)
        if "{form}" not in whole:
            yield PATTERN.sub("1", whole)
            continue
        listed = read(f"/api/participants/{person}/forms")
        requested: Counter[str] = Counter()
        for form in json.loads(listed.body) if listed.status == 200 else ():
            requested[form["form"]] += 1
            if requested[form["form"]] > PLACES:
                continue
            minute = form["minute"]
            where = f"visit={form['visit']}" + (
                "" if minute is None else f"&minute={minute}"
            )
            yield whole.replace("{form}", quote(form["form"], safe="")) + "?" + where


def _inside(address: str, link: str) -> str:
    """An address of this application, empty for any other."""
    parts = urlsplit(urljoin("http://here" + address, link))
    if parts.netloc != "here" or parts.path.startswith(NEVER):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def seen(role: str, address: str, answer: Answer) -> Seen:
    """The response to one user: headers, and the body as displayed."""
    return Seen(role, address, answer.status, f"{_head(answer)}\n\n{body(answer)}")


def body(answer: Answer) -> str:
    """The body: archives are unpacked, entities resolved."""
    content = answer.body
    if content.startswith(b"PK\x03\x04"):
        content = _unpacked(content)
    return unescape(content.decode("utf-8", errors="replace"))


def _head(answer: Answer) -> str:
    """Headers, a line each, without the length of an archive."""
    packed = any(word in answer.headers.get("content-type", "") for word in PACKED)
    left_out = MOVING | ({"content-length"} if packed else frozenset())
    kept = {n: v for n, v in answer.headers.items() if n not in left_out}
    if POLICY in kept:  # each process has its directives in another order
        kept[POLICY] = "; ".join(sorted(kept[POLICY].split("; ")))
    lines = sorted(f"{name}: {value}" for name, value in kept.items())
    return "\n".join(lines)


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
