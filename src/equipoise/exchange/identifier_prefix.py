"""A prefix that the identifiers of one file have and those of another do not.

The mapping states it for the file: ``add_prefix = "P-"`` makes ``P-001`` of ``001``, and
``drop_prefix = "P-"`` makes ``001`` of ``P-001``. Nothing is added or dropped without it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from equipoise.exchange.identifiers import Difference, reduced
from equipoise.protocol.toml_string import toml_string

NOTHING: tuple[Difference, ...] = ()
ZEROS: tuple[Difference, ...] = ("leading zeros",)
# ``P-0`` fits 1 to 9 by chance, and ``P-01`` makes 11 of 1: a prefix that ends in a
# digit is a part of the number, and comes last.
SEARCH = ((NOTHING, False), (ZEROS, False), (NOTHING, True))
NUMBER = re.compile(r"\d+$")
MOST_COMPARED = 5_000  # identifiers among which a prefix is searched


def with_prefix(text: str, add: str = "", drop: str = "") -> str:
    """The identifier without the one prefix and then with the other.

    Args:
        text: the identifier; a part of the prefix alone, or nothing after it, stays.
        add: is put before every identifier.
        drop: is removed where an identifier starts with it and has more.

    Example:
        >>> with_prefix("001", add="P-"), with_prefix("P-001", drop="P-")
        ('P-001', '001')
    """
    rest = text.removeprefix(drop)
    return add + (rest or text)


def become_one(
    texts: Sequence[str], add: str = "", drop: str = ""
) -> dict[str, tuple[str, ...]]:
    """Identifiers of one file that the prefix would make the same, by what they become.

    Args:
        texts: different identifiers.
        add: as for ``with_prefix``.
        drop: as for ``with_prefix``.

    Example:
        >>> become_one(["P-001", "001", "002"], drop="P-")
        {'001': ('P-001', '001')}
    """
    found: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        found[with_prefix(text, add, drop)].append(text)
    return {name: tuple(same) for name, same in found.items() if len(same) > 1}


def fitting_rule(texts: Collection[str], known: Collection[str]) -> str:
    """The keys of ``[participant]`` with which every identifier is one of those known.

    Args:
        texts: all identifiers of a file.
        known: identifiers of the participants.

    Returns:
        Empty if no rule fits, if several do, if one would make two people the same, or
        if an identifier has the number of two participants.

    Example:
        >>> fitting_rule(["001", "002"], ["P-001", "P-002", "P-003"])
        'add_prefix = "P-"'
        >>> fitting_rule(["1", "2"], ["P-001", "P-002", "P-003"])
        'add_prefix = "P-", ignore = ["leading zeros"]'
    """
    if not texts or max(len(texts), len(known)) > MOST_COMPARED:
        return ""
    for ignore, with_digits in SEARCH:
        if with_digits and (len({*map(len, texts)}) > 1 or len(min(texts)) == 1):
            return (
                ""  # whole numbers, such as 1 and 12, are not the ends of longer ones
            )
        rules = [
            _rule(key, prefix, ignore)
            for key, prefixes in (
                ("add_prefix", _added(texts, known, ignore)),
                ("drop_prefix", _dropped(texts, known, ignore)),
            )
            for prefix in prefixes
            if with_digits or not prefix[-1:].isdigit()
        ]
        if rules:
            clear = len(rules) == 1 and _of_one_each(texts, known)
            return rules[0] if clear else ""
    return ""


def _of_one_each(texts: Collection[str], known: Collection[str]) -> bool:
    """Whether no identifier has the number of two participants, as of two sites."""
    counts = Counter(map(_number, known))
    return all(counts[_number(text)] < 2 for text in texts)


def _number(text: str) -> str:
    found = NUMBER.search(text)
    return found[0].lstrip("0") if found else text


def _added(
    texts: Collection[str], known: Collection[str], ignore: tuple[Difference, ...]
) -> Iterator[str]:
    one = reduced(min(texts), ignore)
    ends = [name for name in known if name.endswith(one) and name != one]
    prefixes = {name.removesuffix(one) for name in ends}
    if ignore:
        prefixes = {prefix.rstrip("0") for prefix in prefixes} - {""}
    for prefix in sorted(prefixes):
        if _fits([prefix + text for text in texts], known, ignore):
            yield prefix


def _dropped(
    texts: Collection[str], known: Collection[str], ignore: tuple[Difference, ...]
) -> Iterator[str]:
    one = min(texts)
    for length in range(1, len(one)):
        prefix = one[:length]
        if all(text.startswith(prefix) for text in texts) and _fits(
            [with_prefix(text, drop=prefix) for text in texts], known, ignore
        ):
            yield prefix


def _fits(
    texts: Collection[str], known: Collection[str], ignore: tuple[Difference, ...]
) -> bool:
    """Whether each text is another one of the known identifiers."""
    names = {reduced(name, ignore) for name in known}
    found = {reduced(text, ignore) for text in texts}
    return found <= names and len(found) == len(texts) and len(names) == len(known)


def _rule(key: str, prefix: str, ignore: tuple[Difference, ...]) -> str:
    more = ", ignore = [" + ", ".join(f'"{word}"' for word in ignore) + "]"
    return f"{key} = {toml_string(prefix)}" + (more if ignore else "")
