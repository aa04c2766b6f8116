"""Provenance of a statement: a source, or a labelled assumption.

Instruments, protocols and scenarios are files of such statements.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Identifier = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)
]
Text = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    """An element of a file: immutable, without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Sourced(Part):
    """A statement with its provenance.

    Attributes:
        source: paper, manual, registry entry or document; None for an
            assumption.
        assumed: True if it has no known source: a labelled assumption.
        note: note for the reader of the file.

    Exactly one of ``source`` and ``assumed`` must be given; the check of each kind of
    file reports violations, with their place, together with all other problems.
    """

    source: Text | None = None
    assumed: bool = False
    note: Text | None = None
