"""Disclosure in an open-label trial: the one page that shows an arm, and its readers.

Other users find nothing there, and its readers find an arm nowhere else: any other address
that names an arm is a leak in an open-label trial too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from equipoise.conduct.access.rights import told
from equipoise.leaktest.crawl import Seen
from equipoise.protocol.model import Protocol

ADDRESS = re.compile(r"(?:[A-Z]+ )?/participants/[\w-]+/treatment/")
ARM = re.compile(r"Allocated to</dt>\s*<dd>\s*<strong>([^<]*)</strong>")


def divided(protocol: Protocol, pages: Iterable[Seen]) -> tuple[list[Seen], list[Seen]]:
    """Responses that may name an arm, and all others, in order."""
    roles, may, must_not = told(protocol), list[Seen](), list[Seen]()
    for page in pages:
        tells = page.role in roles and ADDRESS.fullmatch(page.address)
        (may if tells else must_not).append(page)
    return may, must_not


def wrong_with(
    protocol: Protocol, pages: Sequence[Seen], people: Iterable[str]
) -> Iterator[str]:
    """Problems of the pages that may show an arm, as text.

    Each reader must find the arm of that participant and no other: an empty page would
    reduce the scope of the other tests.

    Args:
        protocol: names the arms.
        pages: that may name an arm.
        people: identifiers that occur in the trial.
    """
    labels = {arm.label for arm in protocol.arms}
    found = {(page.role, page.address): page.text for page in pages}
    for role in sorted(told(protocol)):
        for person in people:
            address = f"/participants/{person}/treatment/"
            arms = ARM.findall(found.get((role, address), ""))
            if len(arms) != 1 or arms[0] not in labels:
                yield f"{role} at {address}: {len(arms)} arms are shown instead of one"
