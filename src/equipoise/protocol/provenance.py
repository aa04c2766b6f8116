"""Where a statement of a protocol comes from: a source, or an admitted assumption."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Identifier = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)
]
ScoreName = Annotated[str, Field(pattern=r"^[a-z0-9_]+\.[A-Za-z0-9_-]+$")]
Text = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    """A part of a protocol: immutable, and without keys that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Sourced(Part):
    """A statement that must say where it comes from.

    Attributes:
        source: paper, registry entry or document; None for an assumption.
        assumed: True if nobody has published it: a labelled assumption.
        note: what a reader of the protocol should know about it.

    Exactly one of ``source`` and ``assumed`` must be given; ``protocol.check`` refuses
    the rest, so that the place is named together with all other problems.
    """

    source: Text | None = None
    assumed: bool = False
    note: str | None = None


class Quantity(Sourced):
    """A number with a unit and a provenance, such as ``0.5 mg/kg``."""

    value: float = Field(allow_inf_nan=False)
    unit: Text | None = None
