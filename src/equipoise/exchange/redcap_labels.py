"""Names of the fields behind the columns of a labelled REDCap export.

A labelled export heads each column with its label, and different fields may have the same
label: every form has a status with the label "Complete?", and a question may stand on two
forms. The data dictionary has the fields in the order of the export.
"""

from __future__ import annotations

import math
import re
from bisect import bisect
from collections.abc import Collection, Iterator, Mapping, Sequence

from equipoise.exchange.dictionary import Field, plain

STATUS_LABEL = "Complete?"
REPEATED = re.compile(r" \(\d+\)$")  # `Complete? (2)`: a label that was there before


def raw_names(columns: Sequence[str], fields: Mapping[str, Field]) -> dict[str, str]:
    """REDCap's name of each column, as in a raw export: ``madrs_complete``, ``race___1``.

    A column whose field is not clear is absent: its label stands for several fields, and
    neither their number nor the columns around it tell which one it is.

    Args:
        columns: of a raw or labelled export; a label that is repeated ends with its
            number, as in ``Complete? (2)``.
        fields: of the data dictionary, in its order.
    """
    expected = list(_expected(fields))
    raw = {name for name, _ in expected}
    named = {column: column for column in columns if column in raw}
    labels = [label for _, label in expected]
    known = set(labels)
    found = {n: _label(c, known) for n, c in enumerate(columns) if c not in named}
    places: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        places.setdefault(label, []).append(place)
    matched = dict(_by_count(found, places))
    matched |= dict(_by_neighbors(found, places, matched))
    return named | {columns[n]: expected[place][0] for n, place in matched.items()}


def _expected(fields: Mapping[str, Field]) -> Iterator[tuple[str, str]]:
    """Raw name and label of each column of an export, in its order."""
    listed = list(fields.values())
    for n, one in enumerate(listed):
        if one.type == "checkbox":
            for code, choice in one.choices.items():
                label = f"{one.label} (choice={choice})"
                yield f"{one.name}___{_box(code)}", _plain(label)
        elif one.type != "descriptive":
            yield one.name, _plain(one.label)
        if one.form and (n + 1 == len(listed) or listed[n + 1].form != one.form):
            yield f"{one.form}_complete", _plain(STATUS_LABEL)


def _box(code: str) -> str:
    """A code in the name of a box: REDCap writes small letters, and ``_`` for a minus."""
    return code.lower().replace("-", "_")


def _label(column: str, labels: Collection[str]) -> str:
    own = _plain(column)
    return own if own in labels else REPEATED.sub("", own)


def _plain(label: str) -> str:
    return plain(label).casefold()


def _by_count(
    found: Mapping[int, str], places: Mapping[str, Sequence[int]]
) -> Iterator[tuple[int, int]]:
    """Labels with as many columns as fields: the first column is the first field."""
    columns: dict[str, list[int]] = {}
    for n, label in found.items():
        columns.setdefault(label, []).append(n)
    for label, numbers in columns.items():
        if len(numbers) == len(places.get(label, ())):
            yield from zip(numbers, places[label], strict=True)


def _by_neighbors(
    found: Mapping[int, str],
    places: Mapping[str, Sequence[int]],
    matched: Mapping[int, int],
) -> Iterator[tuple[int, int]]:
    """The only column with a label, between columns that are known, for the only field."""
    known = sorted(matched)
    gaps: dict[tuple[int, str], list[int]] = {}
    for n, label in found.items():
        if n not in matched:
            gaps.setdefault((bisect(known, n), label), []).append(n)
    for (gap, label), columns in gaps.items():
        before = matched[known[gap - 1]] if gap else -1
        after = matched[known[gap]] if gap < len(known) else math.inf
        between = [p for p in places.get(label, ()) if before < p < after]
        if len(columns) == len(between) == 1:
            yield columns[0], between[0]
