"""Every named address is reached by a link or a button for some role.

What nobody is led to, nobody uses: an address that a person must know is a dead end.
"""

from __future__ import annotations

import re
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve

from tests.conduct.abuse.addresses import CASES, SAME
from tests.conduct.abuse.world import World, undone
from tests.conduct.walking import browser

pytestmark = pytest.mark.once

LINK = re.compile(r'(?:href|hx-get)="([^"#][^"]*)"')
BUTTON = re.compile(r'(?:action|hx-post|formaction)="([^"#][^"]*)"')
MOST = 400  # pages of one role
# Addresses that no page of a trial in this state can lead to, and what leads to them.
LED_ELSEWHERE = {
    "setup": "the terminal, before there is an administrator",
    "join": "the link of an invitation, on paper or by mail",
    "confirm_reset": "a reset that waits: test_resets",
    "refuse_role": "a role that waits for the own confirmation: test_roles",
    "withdraw_role": "a role that waits: test_roles",
    "take_role": "a role that waits for the own code: test_roles",
    "export-making": "an export that is being made: test_making",
    "export-made": "an export that was made: test_making",
    "export-unblinded": "a trial that is locked: test_exporting",
    "export-unblinded-start": "likewise",
    "export-unblinded-made": "likewise",
    "export-drop": "a token of one's own: test_exporting",
    "lock-all": "somebody who is ready, with no visit to come: test_closing",
    "unlock": "a participant who is locked: test_closing",
    "unblinding": "a trial of which everybody is locked: test_closing",
    "consent_approve": "a version that waits: test_consents",
    "reconsent": "who signed an older version: test_consents",
    "reopen-recruitment": "recruitment that is closed: test_recruitment",
    "export-start": "a trial too large for one answer: test_making",
    "prepare": "a syringe that is due: test_pharmacy",
    "health": "a load balancer, and who serves the trial",
    "treatment": "a trial that is open: test_treatment",
    "reset_read": "an account that was reset: test_resets",
}


def name_of(path: str) -> str:
    """The name of an address; empty for none of ours."""
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return ""
    spaces = ":".join(found.namespaces)
    name = SAME.get(found.url_name or "", found.url_name or "")
    return f"{spaces}:{name}" if spaces else name


def crawled(world: World, role: str) -> set[str]:
    """Names of the addresses that links and buttons lead a person of a role to."""
    client = browser(world.people["north"][role])
    waiting, seen, names = deque(["/"]), {"/"}, set()
    asked: dict[str, int] = {}
    while waiting and len(seen) < MOST * 4:
        path = waiting.popleft()
        name = name_of(path)
        asked[name] = asked.get(name, 0) + 1
        if asked[name] > 12:  # forms and visits are alike
            continue
        with undone():
            answer = client.get(path, follow=True)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        text = answer.content.decode("utf-8", "replace")
        for button in BUTTON.findall(text):
            names.add(name_of(urljoin(path, unescape(button))))
        for link in LINK.findall(text):
            target = urljoin(path, unescape(link))
            if not target.startswith("/") or target.startswith("/static/"):
                continue
            names.add(name_of(target))
            plain = urlsplit(target)
            whole = plain.path + (f"?{plain.query}" if plain.query else "")
            if whole not in seen and "logout" not in whole:
                seen.add(whole)
                waiting.append(whole)
    return names


def test_every_address_is_reached_by_some_role(world: World) -> None:
    reached = set().union(*(crawled(world, role) for role in world.people["north"]))
    ours = {name for name in CASES if not name.startswith("api:")}
    nowhere = ours - reached - LED_ELSEWHERE.keys()
    assert not nowhere, f"no link or button leads to {sorted(nowhere)}"
    assert not {n for n in LED_ELSEWHERE if n in reached}, "an exemption is not needed"
