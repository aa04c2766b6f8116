"""Table of the cumulative incidence of an event and of leaving before it."""

from __future__ import annotations

from equipoise.analyze.binary.outcome_labels import state
from equipoise.analyze.result import Results
from equipoise.analyze.time_to_event.event_labels import event_labels
from equipoise.analyze.time_to_event.from_randomization import is_from_randomization
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Lookup, Table
from equipoise.report.by_arm import ArmTable, Column
from equipoise.report.chapters.time_tables import estimates, finished, visits
from equipoise.report.table_cells import ci, decimals


def incidence_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """Cumulative incidence of the event, and of leaving before it, where any left.

    None where none left: then it is 100% minus the percentage still in the state.
    """
    if not results.select(endpoint=endpoint.id, analysis="incidence-at-visit"):
        return None
    find, digits = Lookup(results), decimals(protocol)
    level, words = ci(endpoint.analysis.level), event_labels(protocol, endpoint)
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (
            Column(f"{words.event}, % ({level})", "loss"),
            Column(f"left, % ({level})", "leaving"),
        ),
        first=f"Visit (planned day since {words.zero})",
    )
    shown, dropped = visits(protocol, find, endpoint)
    for label, visit in shown:
        stem = f"{endpoint.id}.incidence-at-visit"
        table.row(
            label,
            loss=estimates(find, f"{stem}.loss.{{}}.{visit}", digits.percent, 100),
            leaving=estimates(
                find, f"{stem}.leaving.{{}}.{visit}", digits.percent, 100
            ),
        )
    note = " ".join(
        (
            _incidence_of(protocol, endpoint),
            "A participant who left counts on the day of leaving; the Kaplan-Meier curve "
            "censors at the last rating before it. At 0% and 100% there is no interval.",
            *dropped,
        )
    )
    title = f"{endpoint.label}: cumulative incidence"
    result = table.made(f"{endpoint.id}-incidence", title, note)
    return finished(protocol, results, result, endpoint)


def _incidence_of(protocol: Protocol, endpoint: Endpoint) -> str:
    """What the incidences are, and whether they compare the arms."""
    if is_from_randomization(protocol, endpoint):
        left = event_labels(protocol, endpoint).left.partition(" (")[2].rstrip(")")
        return f"Aalen-Johansen estimates; left: {left} without an event before."
    return (
        "Aalen-Johansen estimates; left: withdrawal, loss to follow-up or death "
        f"without a loss before. Only participants in {state(protocol, endpoint)} at "
        "time zero are followed, so follow-up depends on the outcome: the columns of "
        "two arms do not compare the treatments."
    )
