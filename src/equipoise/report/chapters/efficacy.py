"""Tables and figures of every efficacy endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from equipoise.analyze.result import Results
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Block, Section
from equipoise.report.chapters import (
    binary_tables,
    collected_tables,
    incidence_tables,
    later_tables,
    time_tables,
)
from equipoise.report.chapters import continuous_supporting_tables as supporting
from equipoise.report.chapters import continuous_tables as tables
from equipoise.report.chapters.interim_table import interim_table
from equipoise.report.chapters.noninferiority_table import noninferiority_table
from equipoise.report.chapters.not_rated import not_rated
from equipoise.report.chapters.supporting_methods_table import (
    supporting_methods_table,
)
from equipoise.report.figures import efficacy as drawings
from equipoise.report.figures import forest
from equipoise.report.figures.time_to_event import curve
from equipoise.report.structure import unplaced


def efficacy(
    protocol: Protocol, data: UnblindedTrialData, results: Results, dummy: bool
) -> Section:
    """ICH E3 section 11.4."""
    primary = [e for e in protocol.endpoints if e.level == "primary"]
    continuous = [e for e in protocol.endpoints if e.type == "continuous"]
    blocks: list[Block | None] = [
        noninferiority_table(protocol, results),
        tables.continuous_table(protocol, results),
        supporting.decisions_table(protocol, results),
        interim_table(protocol, results),
    ]
    for endpoint in primary:
        if endpoint.type == "continuous":
            blocks += _primary(protocol, data, endpoint, results, dummy)
    blocks += [
        not_rated(protocol, results),
        tables.f_tests_table(protocol, results),
        supporting.standardized_table(protocol, results),
        supporting.intercurrent_table(protocol, results),
        binary_tables.responses_table(protocol, results),
        binary_tables.supporting_table(protocol, results),
        binary_tables.by_visit_table(protocol, results),
        *_responses(protocol, results, dummy),
    ]
    for endpoint in protocol.endpoints:
        if endpoint.type == "time-to-event":
            blocks += _times(protocol, endpoint, results, dummy)
    blocks.append(supporting_methods_table(protocol, results))
    for endpoint in continuous:
        if endpoint.level == "primary":
            continue
        blocks.append(tables.observed_table(protocol, results, endpoint))
        blocks.append(tables.visits_table(protocol, results, endpoint))
        if endpoint.level != "exploratory":
            for kind in drawings.MEANS:
                blocks.append(drawings.means(protocol, endpoint, results, kind, dummy))
            blocks.append(later_tables.later_table(protocol, results, endpoint))
    blocks += collected_tables.rated_at_visits(protocol, results)
    return unplaced(blocks)


def _primary(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    results: Results,
    dummy: bool,
) -> Iterator[Block | None]:
    yield tables.primary_table(protocol, results, endpoint)
    yield tables.observed_table(protocol, results, endpoint)
    yield tables.visits_table(protocol, results, endpoint)
    for kind in drawings.MEANS:
        yield drawings.means(protocol, endpoint, results, kind, dummy)
    yield drawings.waterfall(protocol, data, endpoint, results, dummy)
    yield later_tables.later_table(protocol, results, endpoint)
    if endpoint.sensitivity:
        yield supporting.sensitivity_table(protocol, results)
        yield forest.sensitivity(protocol, endpoint, results, dummy)
        yield forest.tipping(endpoint, results, dummy)
    if endpoint.subgroups:
        yield supporting.subgroups_table(protocol, results, endpoint)
        yield forest.subgroups(protocol, endpoint, results, dummy)


def _responses(
    protocol: Protocol, results: Results, dummy: bool
) -> Iterator[Block | None]:
    shown = set()  # two definitions on one score have the same curve
    for endpoint in protocol.endpoints:
        if endpoint.type == "binary" and endpoint.level != "exploratory":
            score = protocol.definition(endpoint.variable.definition or "").score
            curve_of = (score, endpoint.variable.at)
            estimates = results.select(endpoint=endpoint.id, analysis="responder-curve")
            if estimates and curve_of not in shown:
                shown.add(curve_of)
                yield drawings.responders(protocol, endpoint, results, dummy)


def _times(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> Iterator[Block | None]:
    yield time_tables.duration_table(protocol, results, endpoint)
    yield time_tables.supporting_table(protocol, results, endpoint)
    figure = curve(protocol, endpoint, results, dummy)
    if figure is not None:
        about = time_tables.at_risk_subtitle(protocol, results, endpoint)
        yield replace(figure, population=endpoint.estimand.population, subtitle=about)
    yield time_tables.at_visits_table(protocol, results, endpoint)
    yield incidence_tables.incidence_table(protocol, results, endpoint)
