"""Multiplicity: the testing procedure of a protocol."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Sourced

Procedure = Literal["fixed-sequence", "holm", "hochberg", "graphical"]


class Multiplicity(Sourced):
    """A family of tests with familywise error ``alpha``.

    Attributes:
        procedure: fixed sequence (each endpoint is tested if the null hypothesis of the
            one before it was rejected), Holm, Hochberg, or the graph of Bretz et al. 2009.
        endpoints: ids, in the order of a fixed sequence.
        weights: for a graph, initial fraction of ``alpha`` of each endpoint.
        transitions: for a graph, the fraction that a rejected endpoint (row) passes to
            each other (column); rows add up to at most 1.
    """

    procedure: Procedure
    endpoints: tuple[Identifier, ...] = Field(min_length=1)
    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    weights: tuple[float, ...] = ()
    transitions: tuple[tuple[float, ...], ...] = ()
