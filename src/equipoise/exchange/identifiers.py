"""Compares the spellings of participant identifiers."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import Literal, get_args

Difference = Literal["case", "blanks", "punctuation", "leading zeros", "decimal zeros"]
DIFFERENCES: tuple[Difference, ...] = get_args(Difference)
# Letters of other alphabets that look like Latin ones, as in a Cyrillic "Р-001".
LATIN = str.maketrans(
    "АВЕКМНОРСТУХаеорсухІі" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "ABEKMHOPCTYXaeopcyxIi" + "ABEZHIKMNOPTYX",
)
# Digits in groups, after letters without an O: nothing but zeros can differ.
PLAIN = re.compile(r"(?:[A-NP-Za-np-z]+)?[0-9]+(?:-[0-9]+)*")
ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
MOST_COMPARED = 5_000  # identifiers among which a similar one is searched


def reduced(text: str, ignore: Collection[str]) -> str:
    """The identifier without the differences of spelling that are ignored.

    Two numbers stay apart: ``1-23`` and ``12-3`` differ even without punctuation.

    Args:
        text: the identifier.
        ignore: of ``DIFFERENCES``.

    Example:
        >>> reduced("p 004", ["case", "blanks", "leading zeros"])
        'p4'
    """
    if "decimal zeros" in ignore:
        text = _plain_number(text)
    if "punctuation" in ignore:
        text = unicodedata.normalize("NFKC", text)
    if "case" in ignore:
        text = text.casefold()
    text = _closed_up(text, blanks="blanks" in ignore, marks="punctuation" in ignore)
    if "leading zeros" in ignore:
        text = re.sub(r"(?<!\d)0+(?=\d)", "", text)
    return text


@lru_cache(maxsize=200_000)
def likeness(text: str) -> str:
    """A text that is the same for identifiers that people write for each other.

    It ignores every difference of spelling, foreign letters that look like Latin ones,
    and the letter O in a number.

    Example:
        >>> likeness("P-O02 ") == likeness("p\u2011002") == likeness("P2.0")
        True
    """
    if PLAIN.fullmatch(text):  # nearly all identifiers: the same, ten times as fast
        return ZEROS.sub("", text.casefold())
    text = text.translate(LATIN)
    text = re.sub(r"(?<=\d)[oO]+(?![^\W\d_])|(?<=[\W_])[oO]+(?=\d)", _zeros, text)
    return reduced(text, DIFFERENCES)


def differences(one: str, other: str) -> tuple[Difference, ...] | None:
    """The fewest differences to ignore so that two identifiers are the same.

    Returns:
        None if they differ in more than their spelling.
    """
    for count in range(len(DIFFERENCES) + 1):
        for chosen in combinations(DIFFERENCES, count):
            if reduced(one, chosen) == reduced(other, chosen):
                return chosen
    return None


def variants(
    known: Iterable[str], distinct: Collection[str] = ()
) -> Iterator[tuple[str, ...]]:
    """Identifiers that differ only in their spelling, together.

    Args:
        known: all identifiers; of each group the first one is named first.
        distinct: identifiers that are stated to belong to other participants.
    """
    texts = list(dict.fromkeys(known))
    keys = _likenesses(texts)
    if len(set(keys)) == len(keys):
        return
    groups: dict[str, list[str]] = {}
    for text, key in zip(texts, keys, strict=True):
        groups.setdefault(key, []).append(text)
    for group in groups.values():
        if len([text for text in group if text not in distinct]) > 1:
            yield tuple(group)


def _likenesses(texts: Sequence[str]) -> list[str]:
    """The likeness of each text; those of plain identifiers together."""
    if not all(map(PLAIN.fullmatch, texts)):
        return [likeness(text) for text in texts]
    return ZEROS.sub("", "\n".join(texts).casefold()).split("\n")


class Nearest:
    """Finds the identifier that another one was probably meant to be.

    Args:
        known: identifiers of the participants.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self.known = list(dict.fromkeys(known))
        self.alike: dict[str, str] = {}
        for text in self.known:
            self.alike.setdefault(likeness(text), text)

    def spelled(self, text: str) -> str | None:
        """The identifier that differs only in its spelling."""
        return self.alike.get(likeness(text))

    def of(self, text: str) -> str | None:
        """The identifier that is spelled alike, is contained, or is similar."""
        found = self.spelled(text)
        if found is not None:
            return found
        key = likeness(text)
        within = [
            name
            for other, name in self.alike.items()
            if min(len(other), len(key)) > 1
            and (key.endswith(other) or other.endswith(key))
        ]
        if len(within) == 1:
            return within[0]
        if len(self.alike) > MOST_COMPARED:
            return None
        close = difflib.get_close_matches(key, list(self.alike), n=1)
        return self.alike[close[0]] if close else None


def quoted(text: str) -> str:
    """An identifier for a message: characters that cannot be seen are written out."""
    return repr(text) if text.isascii() else ascii(text)


def shown(spellings: Mapping[str, str | None], most: int) -> str:
    """``'P001' (did you mean 'P-001'?), 'X'``, of at most so many identifiers."""
    texts = [
        quoted(text)
        if near is None
        else f"{quoted(text)} (did you mean {quoted(near)}?)"
        for text, near in list(spellings.items())[:most]
    ]
    more = len(spellings) - most
    return ", ".join(texts) + (f" and {more} more" if more > 0 else "")


def spelling_remedy(odd: Mapping[str, str]) -> str:
    """What to do with identifiers that are spelled alike."""
    words, unknown = differing_words(odd)
    texts = ["correct the source, or state [[corrections]] with a reason"]
    if not unknown:
        texts.append(
            f"if each is one participant, write ignore = [{words}] at participant"
        )
    names = ", ".join(f'"{text}"' for text in odd)
    texts.append(
        f"if they are different participants, write distinct = [{names}] there"
    )
    return "; ".join(texts)


def differing_words(spelled: Mapping[str, str]) -> tuple[str, bool]:
    """Differences to ignore, and whether some spelling needs more than these."""
    found = [differences(text, near) for text, near in spelled.items()]
    words = dict.fromkeys(word for each in found for word in each or ())
    return ", ".join(f'"{word}"' for word in words), not all(found)


def _zeros(match: re.Match[str]) -> str:
    return "0" * len(match.group())


def _plain_number(text: str) -> str:
    """``12`` for ``12.0``, and for ``1.2E+1`` as spreadsheets write it."""
    if re.fullmatch(r"\d(\.\d+)?[eE]\+\d{1,2}", text):
        return format(Decimal(text).quantize(Decimal(1)), "f")
    return re.sub(r"(?<=\d)[.,]0+$", "", text)


def _closed_up(text: str, *, blanks: bool, marks: bool) -> str:
    """The text without blanks or marks; between two digits one mark stays."""
    if text.isalnum():
        return text
    if (
        blanks and marks and text.isascii()
    ):  # nearly all identifiers, and ten times as fast
        inside = re.sub(r"(?<=[0-9])[^0-9A-Za-z]+(?=[0-9])", "\0", text)
        return re.sub(r"[^0-9A-Za-z\0]+", "", inside).replace("\0", "-")
    out: list[str] = []
    gap = ""
    for char in text:
        blank = char.isspace() or unicodedata.category(char) in ("Cf", "Cc", "Zs")
        mark = unicodedata.category(char)[0] in "PS"
        if (blank and blanks) or (mark and marks):
            gap = "-" if marks else " "
            continue
        if gap and out and out[-1].isdigit() and char.isdigit():
            out.append(gap)
        out.append(char)
        gap = ""
    return "".join(out)
