"""Texts that disclose an arm, and the few places where all users may read them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from equipoise.leaktest.crawl import Seen
from equipoise.protocol.model import Protocol

GUESS = re.compile(r"forms/guess(?::|%3A)")
# In an audit trail: recorded guesses.
WRITTEN = re.compile(
    r'<tr data-form="guess:(?:rater|participant)">(?:(?!</?tr\b).)*</tr>', re.DOTALL
)
# In an export: the tables of guesses, where arms are beliefs.
TABLES = (
    re.compile(r"\[guesses\.(?:csv|parquet)\].*?(?=\n\[|\Z)", re.DOTALL),
    re.compile(r"\[xl/worksheets/sheet9\.xml\].*?(?=\n\[|\Z)", re.DOTALL),
)
AROUND = 60  # characters of context in a report


@dataclass(frozen=True, slots=True)
class Leak:
    """A word that discloses an arm, where it must not appear."""

    role: str
    address: str
    word: str
    context: str

    def __str__(self) -> str:
        return f"{self.role} at {self.address}: {self.word!r} in {self.context!r}"


def telling(protocol: Protocol, lots: Iterable[str] = ()) -> frozenset[str]:
    """Ids and labels of arms and interventions, names of drugs, and lots of vials.

    An intervention of every arm, such as the same psychotherapy, discloses none.
    """
    words = {part for arm in protocol.arms for part in (arm.id, arm.label)}
    given = [set(arm.treatments) for arm in protocol.arms]
    shared = set.intersection(*given) if len(given) > 1 else set()
    for kind in protocol.interventions:
        if kind.id in shared:
            continue
        words |= {kind.id, kind.label, kind.drug or kind.id}
    return frozenset(word.lower() for word in (*words, *lots))


def leaks(
    protocol: Protocol, pages: Iterable[Seen], lots: Iterable[str] = ()
) -> Iterator[Leak]:
    """Every place where an arm, or a lot of its vials, is named and must not be.

    Allowed are the name of the trial (which states what is compared, not who gets what),
    forms that ask for a guess, and guesses in an export.
    """
    words = sorted(telling(protocol, lots), key=len, reverse=True)
    find = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, words)) + r")(?![\w-])")
    public = sorted(
        {protocol.trial.title.lower(), protocol.trial.label.lower()}, key=len
    )
    for page in pages:
        if GUESS.search(page.address):
            continue
        text = page.text
        for part in (*TABLES, WRITTEN):
            text = part.sub("", text)
        text = text.lower()
        for name in reversed(public):
            text = text.replace(name, "")
        text = text.replace(page.address.lower(), "")
        # A page may repeat a search text; ``hidden_columns`` checks whether it was found.
        typed = urlsplit(page.address).query.lower()
        for hit in find.finditer(text):
            if hit[0] in typed:
                continue
            around = text[max(0, hit.start() - AROUND) : hit.end() + AROUND]
            yield Leak(page.role, page.address, hit[0], " ".join(around.split()))
