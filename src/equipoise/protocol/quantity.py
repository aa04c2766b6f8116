"""Numbers and names of a protocol."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from equipoise.instruments.provenance import Sourced, Text

ScoreName = Annotated[str, Field(pattern=r"^[a-z0-9_]+\.[A-Za-z0-9_-]+$")]


class Quantity(Sourced):
    """A number with a unit and a provenance, such as ``0.5 mg/kg``."""

    value: float = Field(allow_inf_nan=False)
    unit: Text | None = None
