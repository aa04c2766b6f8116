"""What this person may open, and nothing that they may not; where a deed leads to."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from equipoise.conduct.access.acting import Actor, refused
from equipoise.conduct.access.rights import RIGHTS, Act

# Label, name of the address, and the acts of which one must be allowed; none: anybody.
ENTRIES: tuple[tuple[str, str, tuple[Act, ...]], ...] = (
    ("Today", "today", ()),
    ("Participants", "screening", ("fill in", "read forms", "report event")),
    ("Consent", "consents", ("consent", "approve consent")),
    ("Recruitment", "recruitment", ("read forms", "manage study", "export")),
    ("Pharmacy", "pharmacy", ("prepare syringe", "check syringe")),
    ("Sealed list", "sealed-list", ("seal list",)),
    ("Lock", "locks", ("lock",)),
    ("Export", "export", ("export",)),
    ("Audit", "audit", ("read audit",)),
    ("People", "people", ("manage people",)),
    ("Sites", "sites", ("manage study",)),
)
# Pages that belong to an entry and whose addresses begin otherwise.
BESIDE = {"pharmacy": "/syringes/"}


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A place to go to, and whether one is there."""

    label: str
    url: str
    here: bool


def allowed(actor: Actor, *acts: Act) -> bool:
    """Whether somebody may do one of some acts at any site."""
    return any(act in RIGHTS[role] for role in actor.roles for act in acts)


def require_any(actor: Actor, to: str, *acts: Act) -> None:
    """Refuses, of a page, who may do none of some acts anywhere: EQ911."""
    if actor.own is not None or not allowed(actor, *acts):
        raise refused(f"you may not {to}", "your roles")


def done(request: HttpRequest, said: str, to: str, *more: object) -> HttpResponse:
    """Goes on to a page (``redirect``), which says first what was done."""
    messages.success(request, said)
    return redirect(to, *more)


def menu(actor: Actor, path: str, *, infusions: bool = True) -> list[MenuEntry]:
    """What is offered to somebody on every page; a participant has one page only."""
    found = []
    for label, name, acts in ENTRIES:
        if name == "pharmacy" and not infusions:
            continue
        if acts and (actor.own is not None or not allowed(actor, *acts)):
            continue
        url = reverse(name)
        beside = path.startswith(BESIDE.get(name, "\n"))
        here = path == url if url == "/" else path.startswith(url) or beside
        found.append(MenuEntry(label, url, here))
    return found
