"""Forms of a page: their fields, and the choices of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from equipoise.errors import ConductError

TAG = re.compile(
    r"<(/?(?:form|select)|input|option|textarea|button|a)\b([^>]*)>([^<]*)"
)
ATTRIBUTE = re.compile(r'([\w:-]+)(?:="([^"]*)")?')
CHOSEN = ("radio", "checkbox")
OF_ONE_PAGE = ("csrfmiddlewaretoken", "seen")  # hidden fields
MEASURED = "measured_at"  # a page offers the time at which it was opened


@dataclass(slots=True)
class Sheet:
    """One form of a page, before it is filled in.

    Attributes:
        address: to which it is sent.
        offered: field -> its choices; empty for free text.
        held: sent unchanged: hidden fields, and current values.
    """

    address: str
    offered: dict[str, list[str]] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)

    def at(self, address: str, moment: datetime) -> Sheet:
        """The same form of another page, at another time, while it is empty.

        Args:
            address: to which it is sent.
            moment: with the clock of the site.
        """
        own = {
            name: "" if name in self.offered else value
            for name, value in self.held.items()
            if name not in OF_ONE_PAGE
        }
        if MEASURED in own:
            own[MEASURED] = f"{moment:%Y-%m-%dT%H:%M:%S}"
        return Sheet(address, self.offered, own)

    def filled(self, values: Mapping[str, str]) -> dict[str, str]:
        """The data to send with these values.

        Raises:
            ConductError: EQ964, the page has no such field, or no such choice.
        """
        for name, value in values.items():
            if name not in self.offered:
                raise _not_offered(f"no field {name!r}", self.address, self.offered)
            answers = self.offered[name]
            if value and answers and value not in answers:
                what = f"no choice {value!r} of {name!r}"
                raise _not_offered(what, self.address, answers)
        return self.held | dict(values)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a user has opened."""

    address: str
    text: str
    sheets: tuple[Sheet, ...]
    links: frozenset[str]

    def sheet(self, address: str = "") -> Sheet:
        """The form that is sent to an address; by default to that of the page.

        Raises:
            ConductError: EQ964, the page has no such form.
        """
        wanted = plain(address or self.address)
        for one in self.sheets:
            if plain(one.address) == wanted and "csrfmiddlewaretoken" in one.held:
                return one
        known = [one.address for one in self.sheets]
        raise _not_offered(f"no form for {wanted}", self.address, known)

    def offers(self, address: str) -> bool:
        """Whether the page has a form that is sent to an address."""
        return any(plain(one.address) == plain(address) for one in self.sheets)

    def leads_to(self, address: str) -> bool:
        """Whether the page has a link to an address."""
        return plain(address) in self.links


def read(address: str, text: str) -> Page:
    """A page from its HTML."""
    sheets: list[Sheet] = []
    named: dict[str, Sheet] = {}
    apart: list[tuple[str, dict[str, str], str]] = []  # fields that name their form
    links: set[str] = set()
    for kind, attributes, inside in _tags(text):
        if kind == "a" and attributes.get("href"):
            links.add(plain(urljoin(address, attributes["href"])))
        elif kind == "form":
            target = urljoin(address, attributes.get("action") or address)
            posts = attributes.get("method", "get").lower() == "post"
            posts = posts and "hidden" not in attributes  # not visible
            sheets.append(Sheet(target if posts else ""))
            named[attributes.get("id", "")] = sheets[-1]
        elif "form" in attributes:
            apart.append((kind, attributes, inside))
        elif sheets and kind != "a":
            _field(sheets[-1], kind, attributes, inside)
    for kind, attributes, inside in apart:
        if attributes["form"] in named:
            _field(named[attributes["form"]], kind, attributes, inside)
    return Page(address, text, tuple(s for s in sheets if s.address), frozenset(links))


def plain(address: str) -> str:
    """A normalized address."""
    parts = urlsplit(address)
    query = sorted(parse_qsl(parts.query))
    return unquote(parts.path) + "".join(f"?{name}={value}" for name, value in query)


def _tags(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Tags of forms and links; an option has the name of its select."""
    select = ""
    for kind, rest, inside in TAG.findall(text):
        attributes = {n: unescape(v) for n, v in ATTRIBUTE.findall(rest)}
        if kind == "select":
            select = attributes.get("name", "")
        elif kind == "option":
            attributes["name"] = select
        if not kind.startswith("/"):
            yield kind, attributes, unescape(inside)


def _field(sheet: Sheet, kind: str, tag: dict[str, str], inside: str) -> None:
    """Adds what one tag offers to the form."""
    name, value = tag.get("name", ""), tag.get("value", "")
    if not name:
        return
    if kind == "option":
        value = tag.get("value", inside.strip())
    shape = tag.get("type", "text")
    if kind == "option" or kind == "button" or shape in CHOSEN:
        sheet.offered.setdefault(name, []).append(value)
        if "checked" in tag or "selected" in tag:
            sheet.held[name] = value
    elif shape == "hidden":
        sheet.held[name] = value
    else:
        sheet.offered.setdefault(name, [])
        if kind != "select":
            sheet.held[name] = inside.strip() if kind == "textarea" else value


def _not_offered(what: str, address: str, known: Iterable[str]) -> ConductError:
    return ConductError.single(
        "EQ964",
        f"the page has {what}",
        where=address,
        fix=f"it has {', '.join(known) or 'none'}",
    )
