"""Where a statement comes from: a source, or an admitted assumption.

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
    """A part of a file: immutable, and without keys that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Sourced(Part):
    """A statement that must say where it comes from.

    Attributes:
        source: paper, manual, registry entry or document; None for an
            assumption.
        assumed: True if no source is known for it: a labelled assumption.
        note: what a reader of the file should know about it.

    Exactly one of ``source`` and ``assumed`` must be given; the check of each kind of
    file refuses the rest, so that the place is named together with all other problems.
    """

    source: Text | None = None
    assumed: bool = False
    note: Text | None = None
