"""Non-interference: with another allocation schedule, blinded users see the same pages.

Nothing on a page - counts, an order, a colour, a length - can reveal arms if it does not
change when the arms do.

Source: Goguen and Meseguer 1982, Security policies and security models, IEEE S&P.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from equipoise.leaktest.crawl import Seen

# Differences between two runs of the same trial.
CHANGING = (
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(r'"?csrf_?token"?["=: ]+[^"\s,>]+', re.IGNORECASE),
    re.compile(r"\b[0-9a-f]{64}\b"),  # hashes include kit numbers
    re.compile(r"(?:[0-9a-f]{8}<wbr>){7}[0-9a-f]{8}"),  # the published commitment
    re.compile(r"[a-z0-9]+-[0-9a-f]{12}(?:-unblinded)?\.(?:csv|xlsx|parquet)"),
    re.compile(r"next=[^\"'\s]+"),
    # Times of the machine; those of the rehearsed trial are the same in both runs.
    re.compile(r'<time datetime="[^"]*\.\d+[^"]*">[^<]*</time>'),
    re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+(?:Z|\+00:00)?"),
    re.compile(r'data-server-now="\d+"'),
    re.compile(r"equipoise-rehearsal-\w+"),
)
# Status of the machine, without data of the trial.
MACHINE = ("/health", "/health/")


def plain(text: str, kits: Mapping[str, str]) -> str:
    """A page without differences between runs.

    Args:
        text: of the page.
        kits: kit number -> participant.
    """
    for number, person in kits.items():
        text = re.sub(rf"(?<!\d){re.escape(number)}(?!\d)", f"<kit of {person}>", text)
    for pattern in CHANGING:
        text = pattern.sub("<changing>", text)
    return text


def differences(
    one: Iterable[Seen],
    other: Iterable[Seen],
    kits: tuple[Mapping[str, str], Mapping[str, str]],
) -> Iterator[str]:
    """Addresses that distinguish the two schedules, with their first difference."""
    left = {(p.role, p.address): p for p in one}
    right = {(p.role, p.address): p for p in other}
    for role, address in sorted(left.keys() ^ right.keys()):
        yield f"{role} at {address}: is reached under one schedule only"
    for key in sorted(left.keys() & right.keys()):
        a, b = left[key], right[key]
        if a.status != b.status:
            yield f"{key[0]} at {key[1]}: {a.status} and {b.status}"
            continue
        if key[1].endswith(MACHINE):
            continue
        texts = plain(a.text, kits[0]), plain(b.text, kits[1])
        if texts[0] != texts[1]:
            yield f"{key[0]} at {key[1]}: {_first(*texts)}"


def _first(a: str, b: str) -> str:
    place = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y),
        min(len(a), len(b)),
    )
    start = max(0, place - 30)
    return f"{a[start : place + 40]!r} and {b[start : place + 40]!r}"
