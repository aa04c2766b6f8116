"""Adverse events in a file with one row for each value: the parts of an event together.

The rows of such a file do not show which parts belong to one event; the columns that
identify a form do, such as the record, the event and the instance in REDCap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from equipoise.errors import Problem, listing
from equipoise.errors.counted import counted
from equipoise.exchange.files import Source
from equipoise.exchange.mapping import Reading
from equipoise.exchange.mapping_rows import Pivot


def event_parts(source: Source, how: Reading, pivot: Pivot) -> list[str]:
    """Codes that are mapped as parts of adverse events.

    Args:
        source: the file, with a column for each code.
        how: how it is read.
        pivot: its columns of the code and of the value.
    """
    codes = set(source.cells[pivot.code].unique())
    rules = [rule for rule in how.columns if rule.to.startswith("events.")]
    return list(dict.fromkeys(rule.column for rule in rules if rule.column in codes))


def spread_events(
    source: Source, parts: Sequence[str], pivot: Pivot
) -> Iterator[Problem]:
    """EQ357: parts of adverse events that would become events of their own.

    Args:
        source: the file, with a column for each code.
        parts: from ``event_parts``.
        pivot: its keys; with ``form``, only a part that a form has twice is a problem.
    """
    place = f"{source.name}, mapping, columns"
    if len(parts) > 1 and not pivot.form:
        yield Problem(
            code="EQ357",
            what="the parts of an adverse event are in separate rows, which do not tell "
            f"which of them belong together: {listing(parts)}",
            where=place,
            fix="state under [pivot] the columns that identify a form, such as "
            'form = ["record", "redcap_event_name", "redcap_repeat_instrument", '
            '"redcap_repeat_instance"]; or export the events with one row for each of '
            "them (REDCap: type flat), map that file, and remove these entries",
        )
    cells = source.cells
    for part in parts if pivot.form else ():
        rows = cells[cells[part] != ""]
        again = rows.duplicated(list(pivot.form), keep=False)
        if again.any():
            yield Problem(
                code="EQ357",
                what=f"{counted(int(again.sum()), 'row', 'has')} {part} of the same form: "
                "which of them belongs to the event?",
                where=place,
                fix="correct the source, or state under [pivot] `form` all columns that "
                f"identify a form; stated: {listing(pivot.form)}",
                records=rows[again].reset_index(),
            )


def with_whole_events(source: Source, parts: Sequence[str], pivot: Pivot) -> Source:
    """The file with the parts of each adverse event in the first of its rows.

    Args:
        source: the file, with a column for each code.
        parts: from ``event_parts``, each at most once on a form.
        pivot: its keys.
    """
    if len(parts) < 2 or not pivot.form:
        return source
    cells = source.cells
    held = cells[(cells[list(parts)] != "").any(axis=1)]
    forms = held.groupby(list(pivot.form), sort=False).ngroup().to_numpy()
    _, heads = np.unique(forms, return_index=True)
    made = {}
    for part in parts:
        filled = (held[part] != "").to_numpy(bool)
        column = cells[part].mask(cells[part] != "", "")
        column.loc[held.index[heads[forms[filled]]]] = held[part].to_numpy()[filled]
        made[part] = column
    note = (
        f"the parts of {counted(len(heads), 'adverse event', 'is')} read together, by "
        f"{', '.join(pivot.form)}; messages name the first row of each"
    )
    return replace(source, table=cells.assign(**made), notes=(*source.notes, note))
