"""Names of columns in a mapping: a template with ``{item}``, or a name with ``*``."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Sequence

NAMED = 10  # most columns or items named in one message
_MARKS = re.compile(r"(\{item\}|\{item:02\}|\*)")
_ITEMS = ("{item}", "{item:02}")


def is_template(name: str) -> bool:
    """Whether a name contains ``{item}`` or ``{item:02}``.

    Args:
        name: as the mapping states it.
    """
    return any(mark in name for mark in _ITEMS)


def expanded(template: str, item: str) -> str:
    """The name for one item; a ``*`` of the template remains.

    Args:
        template: such as ``bdi_{item:02}_*``.
        item: id of an item, such as ``1``.
    """
    return template.replace("{item:02}", item.zfill(2)).replace("{item}", item)


def matching(template: str, item: str, columns: Collection[str]) -> list[str]:
    """Columns that a name stands for, in the order of the file.

    Next to a ``*`` the item ends where its digits end: ``bdi_{item}*`` for item 1 never
    matches ``bdi_10``. A column that is named exactly so, with the ``*``, comes first.

    Args:
        template: name with or without ``{item}`` and ``*``.
        item: id of the item; empty where the name contains none.
        columns: of the file.
    """
    name = expanded(template, item)
    if name in columns:
        return [name]
    if "*" not in template:
        return []
    marks = [mark for mark in _MARKS.split(template) if mark]
    pattern = re.compile("".join(_pattern(marks, item)), re.DOTALL)
    return [column for column in columns if pattern.fullmatch(column)]


def _pattern(marks: Sequence[str], item: str) -> Iterator[str]:
    for n, mark in enumerate(marks):
        if mark == "*":
            yield ".*"
        elif mark in _ITEMS:
            wide_before = n > 0 and marks[n - 1] == "*"
            wide_after = marks[n + 1 : n + 2] == ["*"]
            yield r"(?<![0-9])" if wide_before else ""
            yield re.escape(expanded(mark, item))
            yield r"(?![0-9])" if wide_after else ""
        else:
            yield re.escape(mark)


def suggested(
    template: str, items: Sequence[str], columns: Sequence[str]
) -> str | None:
    """A template like this one that stands for one column of each item, if there is one.

    Args:
        template: without a column for one of the items.
        items: ids of all items.
        columns: of the file.
    """
    plain = template.replace("{item:02}", "{item}")
    padded = plain.replace("{item}", "{item:02}")
    cases = (template, *(c for c in (plain.lower(), plain.upper()) if c != plain))
    names = [n.replace("{ITEM", "{item") for n in (*cases, plain, padded)]
    tried = [*names, *(f"{n}_*" for n in names), *(f"{n}*" for n in names)]
    tried += [f"*{n}" for n in tried]
    for name in tried:
        found = [matching(name, item, columns) for item in items]
        one_each = all(len(names) == 1 for names in found)
        if one_each and len({names[0] for names in found}) == len(items):
            return name
    return None


def nearest(name: str, columns: Sequence[str]) -> list[str]:
    """At most ten columns with the most similar names, in the order of the file.

    Args:
        name: that no column has.
        columns: of the file.
    """
    plain = re.sub(r"\{item(:02)?\}|\*", "", name)
    close = difflib.get_close_matches(plain, columns, n=NAMED, cutoff=0.3)
    return [column for column in columns if column in close] or list(columns[:NAMED])


def shortened(names: Sequence[str]) -> str:
    """At most ten names as text, and how many more there are.

    Args:
        names: in the order in which they are shown.
    """
    more = len(names) - NAMED
    text = ", ".join(names[:NAMED])
    return f"{text} and {more} more" if more > 0 else text
