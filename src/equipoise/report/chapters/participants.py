"""Denominators: randomized participants, or participants in the data."""

from __future__ import annotations

from dataclasses import replace

from equipoise.protocol.model import Protocol
from equipoise.protocol.population import AnalysisSet
from equipoise.report.blocks import Lookup, Table
from equipoise.report.table_cells import Cell, number

GROUP = "14.1"


def randomized(find: Lookup) -> bool:
    """Whether the data state who was randomized; if not, participants in the data count."""
    return find("flow.in-data") is None


def counted_as(find: Lookup) -> str:
    """Name of the counted participants, in labels and headings."""
    return "Randomized" if randomized(find) else "Participants in the data"


def entered(find: Lookup, arm: str | None = None) -> Cell:
    """Participants in an arm, or in all: randomized, or in the data."""
    if arm is None:
        step = "randomized" if randomized(find) else "in-data"
        return number(find(f"flow.{step}"), digits=0)
    step = "allocated" if randomized(find) else "in-data"
    return number(find(f"flow.{step}.{arm}"), digits=0)


def population_line(find: Lookup) -> str:
    """``Randomized participants, N = 30``, or ``Participants in the data, N = 172``."""
    who = "Randomized participants" if randomized(find) else counted_as(find)
    return f"{who}, N = {entered(find).text}"


def set_label(find: Lookup, part: AnalysisSet) -> str:
    """Label of an analysis set in headings.

    The set of all randomized participants is that of all *in the data* where these do not
    state who was randomized.
    """
    everyone = not part.exposed and part.assessed is None
    return part.label if randomized(find) or not everyone else counted_as(find)


def randomized_set(protocol: Protocol) -> str:
    """Id of the analysis set of all randomized participants; empty if there is none."""
    for part in protocol.analysis_sets:
        if not part.exposed and part.assessed is None:
            return part.id
    return ""


def placed(protocol: Protocol, find: Lookup, table: Table) -> Table:
    """With the population and the number group of all tables of participants.

    The population is the set of all randomized participants; where the protocol has none,
    the subtitle says who is counted.
    """
    own = randomized_set(protocol)
    subtitle = "" if own else population_line(find)
    return replace(table, population=own, subtitle=subtitle, group=GROUP)
