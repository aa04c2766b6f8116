"""A correction of the source data, as the mapping states it."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from pydantic import BeforeValidator, Field

from equipoise.instruments.provenance import Part, Text


def _as_text(cell: object) -> object:
    """A number as a text. What else TOML has may be written differently in the source."""
    if isinstance(cell, bool | date | time):
        raise ValueError(
            "write the value in quotes, with the same characters as the source"
        )
    return str(cell) if isinstance(cell, int | float) else cell


Entry = Annotated[str, BeforeValidator(_as_text)]


class Correction(Part):
    """One wrong value of the source, and what replaces it.

    The source is not changed. A correction is applied only if exactly one value matches
    and the source still has the old value; the report lists every correction.

    Attributes:
        participant: identifier as in the source.
        column: column of the source, or else ``field``.
        field: target of the mapping instead of the column, such as
            ``score.madrs.total`` or ``item.madrs.3``.
        visit: visit id, or text of the visit column; needed if the participant has
            several values.
        minute: minute of the row, if a visit has several.
        row: number of the row, if several rows match.
        file: name of the file, if several files have the column.
        from: old value, as in the source; an empty text if there is no value.
        to: new value, as the source should have it; an empty text withdraws the value.
        reason: why the old value is wrong, and where the new one comes from.
        who: person who decided it.
        when: date of the decision.
    """

    participant: Entry
    column: str | None = None
    field: str | None = None
    visit: Entry | None = None
    minute: int | None = None
    row: int | None = None
    file: str | None = None
    from_: Entry = Field(alias="from")
    to: Entry
    reason: Text
    who: Text
    when: date
