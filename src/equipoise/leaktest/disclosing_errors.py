"""Texts of errors: every error that a user can provoke, by every HTTP method.

Nothing here changes the trial in a way that depends on the user: values are not valid,
reasons are empty, and permitted actions were done already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from equipoise.leaktest.crawl import Seen, seen
from equipoise.leaktest.noninterference import MACHINE
from equipoise.rehearse_conduct.browser import Answer

Send = Callable[..., Answer]
VERBS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "PROPFIND")
CLOSED = ("/", "/recruitment/", "/audit/", "/health", "/api/me", "/no-such-page/")
OF_A_PERSON = (
    "/participants/{p}/", "/participants/{p}/treatment/", "/audit/{p}/",
    "/api/participants/{p}", "/api/participants/{p}/forms",
)  # fmt: skip
IMPOSSIBLE = {"values": {"arm": "x", "kit": "x"}, "seen": 0, "complete": True}
# Address, form of a page or content for the API.
POSTED: tuple[tuple[str, dict[str, str] | None, Any], ...] = (
    ("/participants/{p}/unblind/", {"reason": ""}, None),
    ("/participants/{p}/lock/", {"arm": "x"}, None),
    ("/participants/{p}/day0/", {"day0": "no date"}, None),
    ("/pharmacy/{p}/{visit}/", {"concentration": "x"}, None),
    ("/syringes/00000000/", {"volume_ml": "x"}, None),
    ("/syringes/00000000/move/", {"reason": ""}, None),
    ("/pharmacy/stock/", {"site": ""}, None),
    ("/pharmacy/stock/1/", {"kind": "x"}, None),
    ("/pharmacy/destructions/1/", {"answer": "x"}, None),
    ("/list/", {"places": "0"}, None),
    ("/export/unblinded/", {"reason": ""}, None),
    ("/export/unblinded/start/", {"reason": ""}, None),
    ("/export/making/start/", {"format": "arm"}, None),
    ("/export/making/file/", {"format": "arm"}, None),
    ("/api/participants", None, {"site": "no-such-site"}),
    ("/api/participants", None, [1, 2]),
    ("/api/participants/{p}/day0", None, {"day0": "no date"}),
    ("/api/participants/{p}/randomize", None, {"arm": "{arm}"}),
    ("/api/participants/{p}/forms/consent", None, {"values": 7}),
    ("/api/participants/{p}/forms/no-such-form", None, IMPOSSIBLE),
    ("/api/participants/{p}/forms/guess%3Arater?visit={visit}", None, IMPOSSIBLE),
    ("/api/participants/{p}/forms/infusion?visit={visit}", None, IMPOSSIBLE),
    ("/api/unblinded-export", None, {"reason": ""}),
    ("/api/unblinded-export?format=arm", None, {"reason": "x"}),
    ("/api/tokens", None, {"label": "", "days": 10**9}),
)


def provoked(
    role: str, send: Send, people: Sequence[str], arms: Sequence[str], visit: str
) -> Iterator[Seen]:
    """Responses to all requests that the application rejects for one user.

    Args:
        role: for the report.
        send: one request as this user: ``send(method, address, form=, content=)``.
        people: identifiers that occur in the trial; those after the second are like it.
        arms: ids.
        visit: id of a visit at which treatment is given.
    """
    known = {"arm": arms[0], "visit": visit}
    open_to = [page.format(p=p) for page in OF_A_PERSON for p in people[:1]]
    for address in (*CLOSED, *open_to):
        for verb in VERBS:
            yield seen(role, f"{verb} {address}", send(verb, address))
    for person in people[:2]:
        for address, form, content in POSTED:
            where = address.format(p=person, **known)
            answer = send("POST", where, form=form, content=content)
            yield seen(role, f"POST {where}", answer)


def failures(pages: Sequence[Seen]) -> list[str]:
    """Responses that show a failure of the application."""
    return [
        f"{p.role} at {p.address}: {p.status}"
        for p in pages
        if p.status >= 500 and not p.address.endswith(MACHINE)
    ]
