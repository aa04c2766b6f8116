"""The figures of a report, drawn from the results and, for individuals, the data."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analyze.result import Results
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.arms import arms
from equipoise.report.cells import score_label
from equipoise.report.curve import curve
from equipoise.report.means import means
from equipoise.report.style import drawing
from equipoise.report.waterfall import waterfall


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure of the page.

    Attributes:
        name: of its file, without the suffix.
        title: what it shows.
        caption: how to read it.
    """

    name: str
    title: str
    caption: str
    svg: bytes


def figures(
    protocol: Protocol, data: UnblindedTrialData, results: Results
) -> list[Picture]:
    """Every figure: first those of the primary endpoint; exploratory ones have none."""
    chosen = [e for e in protocol.endpoints if e.level != "exploratory"]
    chosen.sort(key=lambda e: e.level != "primary")
    made: list[Picture] = []
    with drawing():
        for endpoint in chosen:
            made += _pictures(protocol, data, endpoint, results)
    return made


def _pictures(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint, results: Results
) -> list[Picture]:
    level = f"{100 * endpoint.analysis.level:g} %"
    if endpoint.type == "continuous":
        made = [_means(protocol, endpoint, results, level)]
        if endpoint.level == "primary":
            made.append(_participants(protocol, data, endpoint, results))
        return made
    if endpoint.type == "binary":
        caption = f"Percentage of participants with {level} intervals of Wilson."
        return [
            Picture(
                f"{endpoint.id}-arms",
                endpoint.label,
                caption,
                arms(protocol, endpoint, results),
            )
        ]
    if endpoint.type == "time-to-event":
        caption = (
            "Kaplan-Meier estimates. A tick: a participant who was observed no longer. "
            "Below: participants still at risk, on the planned days of the visits."
        )
        drawn = curve(protocol, endpoint, results)
        return [Picture(f"{endpoint.id}-curve", endpoint.label, caption, drawn)]
    return []


def _means(
    protocol: Protocol, endpoint: Endpoint, results: Results, level: str
) -> Picture:
    score = endpoint.variable.score or ""
    return Picture(
        f"{endpoint.id}-means",
        f"{score_label(protocol, score)} over time",
        f"Means as observed with {level} intervals; {protocol.better(score)} is better.",
        means(protocol, endpoint, results),
    )


def _participants(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint, results: Results
) -> Picture:
    score = endpoint.variable.score or ""
    visit = protocol.schedule.visit(endpoint.variable.at or "").label
    return Picture(
        f"{endpoint.id}-participants",
        f"{score_label(protocol, score)}: change of each participant at {visit}",
        "One bar for each participant who was rated at that visit; "
        f"{protocol.better(score)} is better.",
        waterfall(protocol, data, endpoint, results),
    )
