"""Every address of the application, found by itself, with what fills it in.

An address that is not in ``CASES`` fails the tests: whoever adds one says who may ask
it, and with what.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from equipoise.conduct.access.models import Membership, Proposal
from equipoise.conduct.capture.models import Attachment
from equipoise.protocol.roles import Act
from tests.conduct.abuse.world import World

ANYBODY = frozenset[str]()
READ_EVENTS = frozenset({"coordinator", "investigator", "infusion team", "monitor"})
FILL_EVENTS = READ_EVENTS - {"monitor"}
SITE_STAFF = frozenset({"coordinator", "investigator"})
READS = READ_EVENTS | {"statistician"}  # who locks sees what is in the way
INFUSIONS = READS
ENDS_IT = frozenset({"statistician", "administrator"})
# Addresses of allauth: accounts of one's own, which know no participant and no site.
OWN = "accounts/"


@dataclass(frozen=True, slots=True)
class Case:
    """An address, and who may do what there.

    Attributes:
        names: parts of the path: name -> what stands there, see ``parts``.
        get: act or roles that looking needs; None if it cannot be looked at.
        post: act or roles that a post needs; None if nothing can be posted.
        sent: a post that is right.
        method: of the change, where it is no post.
    """

    names: tuple[str, ...] = ()
    get: Act | frozenset[str] | None = None
    post: Act | frozenset[str] | None = None
    sent: dict[str, Any] = field(default_factory=dict)
    method: str = "POST"


EVENT = {"field": "term", "term": "headache", "seen": "1000"}
WEIGHED = {"weight_kg": "82", "reason": "as agreed"}
ONE = ("identifier",)
CASES: dict[str, Case] = {
    "today": Case(get=ANYBODY),
    "urgent": Case(get=ANYBODY),
    "account": Case(get=ANYBODY),
    "setup": Case(),  # gone: there is an administrator
    "join": Case(("account", "token")),  # void: proven elsewhere
    "health": Case(get=ANYBODY),
    "people": Case(get="manage people"),
    "invite": Case(
        post="manage people", sent={"username": "newcomer", "full_name": "New Comer"}
    ),
    "person": Case(("username",), get="manage people"),
    "grant": Case(
        ("username",), post="manage people",
        sent={"role": "coordinator", "site": "north", "reason": "asked for"},
    ),
    "end_role": Case(("username", "key"), post="manage people", sent={"reason": "left"}),
    "reset_account": Case(
        ("username",), post="manage people", sent={"reason": "lost it"}
    ),
    "close_account": Case(("username",), post="manage people", sent={"reason": "left"}),
    "participant_account": Case(ONE, post="consent"),
    "resets": Case(get="confirm reset"),
    "confirm_reset": Case(("key",)),  # needs the password again: proven elsewhere
    "confirm_proposal": Case(("waiting",)),  # needs the password again: proven elsewhere
    "refuse_proposal": Case(("waiting",)),  # who gave it cannot: proven elsewhere
    "withdraw_proposal": Case(("waiting",), post="manage people"),
    "take_role": Case(("waiting",)),  # by the person concerned: proven elsewhere
    "sites": Case(get="manage study"),
    "site_zone": Case(
        ("site",), post="manage study",
        sent={"timezone": "Europe/Berlin", "reason": "moved"},
    ),
    "randomize": Case(ONE, get="randomize", post="randomize"),
    "treatment": Case(ONE),  # of an open trial; that of here is blinded: proven elsewhere
    "sealed-list": Case(get=ANYBODY, post="seal list", sent={"places": "60"}),
    "unblind": Case(
        ONE, get="unblind in emergency", post="unblind in emergency",
        sent={"reason": "fell very ill", "password": "correct horse battery staple"},
    ),
    "pharmacy": Case(get="prepare syringe"),
    "prepare": Case(
        ("identifier", "visit"), get="prepare syringe", post="prepare syringe"
    ),
    "syringe": Case(
        ("syringe",), get="prepare syringe", post="check syringe",
        sent={"volume_ml": "9", "strength": "9", "lot": "X"},
    ),
    "syringe-record": Case(get="prepare syringe", post="prepare syringe"),
    "move-syringe": Case(
        ("syringe",), post="prepare syringe",
        sent={"kind": "quarantined", "reason": "fell to the floor"},
    ),
    "label": Case(("syringe",), get="prepare syringe"),
    "stock": Case(
        get="prepare syringe", post="prepare syringe",
        sent={"site": "north", "drug": "ketamine", "strength": "50", "lot": "K-9",
              "expiry": "2027-12-31", "vials": "5", "supplier": "S", "note": "N-9"},
    ),
    "lot": Case(
        ("lot",), get="prepare syringe", post="prepare syringe",
        sent={"kind": "destroyed", "vials": "1", "reason": "broke", "seen": "1"},
    ),
    "confirm-destruction": Case(
        ("entry",), post="prepare syringe", sent={"answer": "confirm"}
    ),
    "audit": Case(get="read audit"),
    "audit-chain": Case(("chain",), get="read audit"),
    "screening": Case(get=ANYBODY, post="screen", sent={"site": "north"}),
    "participant": Case(ONE, get=ANYBODY),
    "day0": Case(ONE, post="schedule", sent={"day0": "2027-01-20"}),
    "unscheduled": Case(ONE, post=SITE_STAFF),
    "milestone": Case(ONE, post=SITE_STAFF),
    "locks": Case(get="lock"),
    "lock": Case(ONE, get="lock", post="lock"),
    "lock-all": Case(get="lock", post="lock"),
    "unlock": Case(
        ONE, get="lock", post="lock", sent={"reason": "the weight was mistyped"}
    ),
    "unblinding": Case(post="lock", sent={"reason": "final analysis"}),
    "alerts": Case(
        ONE, get=ANYBODY, post=frozenset({"investigator", "infusion team"}),
        sent={"alert": "1", "done": "seen"},
    ),
    "events": Case(ONE, get=READS, post=FILL_EVENTS),
    "form": Case(
        ("identifier", "form"), get=READS, post=FILL_EVENTS,
        sent={"started_on": "2027-01-04", "severity": "mild", "serious": "no",
              "related": "no", "term": "headache", "reason": "heard again",
              "ongoing": "yes",
              "seen": "1000"},
    ),
    "field": Case(("identifier", "form"), post=FILL_EVENTS,
                  sent=EVENT | {"reason": "heard again"}),
    "close": Case(
        ("identifier", "form"), post=frozenset({"investigator", "statistician"}),
        sent={"deed": "freeze"},
    ),
    "attach": Case(("identifier", "form"), post=FILL_EVENTS),
    "scan": Case(("identifier", "form", "scan"), get=READS),
    "scan_remove": Case(
        ("identifier", "form", "scan"), post=FILL_EVENTS, sent={"reason": "another's"}
    ),
    "further": Case(("identifier", "form"), post=ANYBODY),  # by form: proven elsewhere
    "reconsent": Case(ONE, post=SITE_STAFF),
    "consents": Case(
        get=SITE_STAFF | {"monitor"}, post="consent",
        sent={"label": "2.0", "valid_from": "2027-02-01", "changes": "a risk"},
    ),
    "consent_approve": Case(post="approve consent", sent={"label": "1.0"}),
    "infusion": Case(("identifier", "visit"), get=INFUSIONS),
    "infusion_alerts": Case(("identifier", "visit"), get=INFUSIONS),
    "infusion_deed": Case(
        ("identifier", "visit", "deed"), post=frozenset({"infusion team"}), sent=WEIGHED
    ),
    "recruitment": Case(
        get=frozenset({"coordinator", "investigator", "monitor", "statistician",
                       "administrator"})
    ),
    "close-recruitment": Case(post=ENDS_IT, sent={"reason": "everybody is here"}),
    "reopen-recruitment": Case(post=ENDS_IT, sent={"reason": "two more are needed"}),
    "export": Case(get="export"),
    "export-file": Case(post="export", sent={"format": "csv"}),
    "export-making": Case(get="export"),
    "export-start": Case(post="export", sent={"format": "csv"}),
    "export-made": Case(post="export"),
    "export-unblinded-start": Case(),  # both need the password again: proven elsewhere
    "export-unblinded-made": Case(),
    "export-unblinded": Case(),  # needs the password again: proven elsewhere
    "export-token": Case(post="export", sent={"label": "a program", "days": "5"}),
    "export-drop": Case(("own_token",), post=ANYBODY),
    "api:openapi-json": Case(get=ANYBODY),
    "api:api-root": Case(),
    "api:me": Case(get=ANYBODY),
    "api:list_participants": Case(get=ANYBODY, post="screen", sent={"site": "north"}),
    "api:one_participant": Case(ONE, get=ANYBODY),
    "api:plan_day0": Case(ONE, post="schedule", sent={"day0": "2027-01-20"}),
    "api:list_forms": Case(ONE, get=ANYBODY),
    "api:read_form": Case(
        ("identifier", "form"), get=READS, post=FILL_EVENTS,
        sent={"values": {"term": "headache"}, "seen": 1000, "reason": "heard again"},
    ),
    "api:randomize_one": Case(ONE, post="randomize"),
    "api:list_locks": Case(get="lock", post="lock"),
    "api:lock_one": Case(ONE, post="lock"),
    "api:get_export": Case(get="export"),
    "api:get_unblinded": Case(),  # needs the password again: proven elsewhere
    "api:list_tokens": Case(
        get=ANYBODY, post=ANYBODY, sent={"label": "a program", "days": 5}
    ),
    "api:drop_token": Case(("own_token",), post=ANYBODY, method="DELETE"),
}  # fmt: skip
SAME = {  # operations at the address of another one
    "screen": "list_participants",
    "save_form": "read_form",
    "make_token": "list_tokens",
    "lock_all": "list_locks",
}
KEYWORD = {"site": "code", "syringe": "number", "own_token": "number", "key": "key",
           "waiting": "key", "scan": "key"}  # fmt: skip


def patterns() -> Iterator[tuple[str, str]]:
    """Path and name of every address, those of included parts too."""
    yield from _below(get_resolver().url_patterns, "", "")


def named() -> list[str]:
    """Names of all addresses of our own, each once."""
    found = set()
    for path, name in patterns():
        if name and (name == "account" or not path.startswith(OWN)):
            space, colon, last = name.rpartition(":")
            found.add(space + colon + SAME.get(last, last))
    return sorted(found)


def parts(world: World, site: str, user: User | None = None) -> dict[str, Any]:
    """What stands in addresses of a site."""
    person = world.persons[site]
    return {
        "identifier": person.identifier, "chain": person.identifier,
        "form": "event#1", "visit": "infusion-1", "deed": "start",
        "syringe": world.syringes[site], "lot": world.lots[site],
        "entry": world.destructions[site],
        "username": world.people[site]["monitor"].username,
        "key": Membership.objects.get(user=world.people[site]["monitor"]).pk,
        "waiting": Proposal.objects.get(act="role").pk,
        "scan": Attachment.objects.get(participant=person).pk,
        "site": site, "account": "MQ", "token": "x-y", "own_token": 2**30,
    }  # fmt: skip


NOWHERE = {"identifier": "P9999", "chain": "P9999", "syringe": "999999", "lot": 999999,
           "entry": 999999}  # fmt: skip


def address(name: str, filled: dict[str, Any]) -> str:
    """The address of a case."""
    names = CASES[name].names
    given = {
        KEYWORD.get(n, n).replace("_token", "") if n != "own_token" else "number":
        filled[n] for n in names
    }  # fmt: skip
    return reverse(name, kwargs=given)


def ask(
    client: Client,
    method: str,
    path: str,
    sent: dict[str, Any] | None = None,
    **headers: str,
) -> HttpResponse:
    """A request as a browser or a program makes it."""
    if path.startswith("/api/") and method != "GET":
        return client.generic(  # type: ignore[return-value]
            method, path, json.dumps(sent or {}), content_type="application/json",
            headers=headers,
        )  # fmt: skip
    if method == "POST":
        return client.post(path, sent or {}, headers=headers)  # type: ignore[return-value]
    return client.generic(method, path, headers=headers)  # type: ignore[return-value]


def _below(
    found: list[URLPattern | URLResolver], path: str, space: str
) -> Iterator[tuple[str, str]]:
    for one in found:
        here = path + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{one.namespace}:" if one.namespace else ""
            yield from _below(one.url_patterns, here, space + inner)
        else:
            yield here, space + (one.name or "")
