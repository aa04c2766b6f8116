"""The menu: what this person may open, and nothing that they may not."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.access.rights import RIGHTS, Act

# Label, name of the address, and the acts of which one must be allowed; none: anybody.
ENTRIES: tuple[tuple[str, str, tuple[Act, ...]], ...] = (
    ("Today", "today", ()),
    ("Participants", "screening", ("fill in", "read forms", "report event")),
    ("Recruitment", "recruitment", ("read forms", "manage study", "export")),
    ("Pharmacy", "pharmacy", ("prepare syringe", "check syringe")),
    ("Export", "export", ("export",)),
    ("Audit", "audit", ("read audit",)),
    ("People", "people", ("manage people",)),
    ("Sites", "sites", ("manage study",)),
)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A place to go to, and whether one is there."""

    label: str
    url: str
    here: bool


def allowed(actor: Actor, *acts: Act) -> bool:
    """Whether somebody may do one of some acts at any site."""
    return any(act in RIGHTS[role] for role in actor.roles for act in acts)


def menu(actor: Actor, path: str) -> list[MenuEntry]:
    """What is offered to somebody on every page; a participant has one page only."""
    found = []
    for label, name, acts in ENTRIES:
        if acts and (actor.own is not None or not allowed(actor, *acts)):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        here = path == url if url == "/" else path.startswith(url)
        found.append(MenuEntry(label, url, here))
    return found
