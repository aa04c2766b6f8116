"""The analysis of a trial: every endpoint of its protocol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from equipoise.analyze.acute.effect_by_timepoint import acute
from equipoise.analyze.binary.estimates import binary
from equipoise.analyze.binary.incidence import incidence
from equipoise.analyze.blinding.guesses import blinding
from equipoise.analyze.collected_instruments import collected_instruments
from equipoise.analyze.continuous.estimates import continuous
from equipoise.analyze.dummy_allocation import with_dummy_arms
from equipoise.analyze.multiplicity import decisions
from equipoise.analyze.noninferiority import noninferiority
from equipoise.analyze.planned_test import planned_test
from equipoise.analyze.population.baseline import baseline
from equipoise.analyze.population.deviations import deviations, summary
from equipoise.analyze.population.exposure import by_infusion, exposure
from equipoise.analyze.population.followup import follow_up
from equipoise.analyze.population.listings import population_listings
from equipoise.analyze.population.membership import membership
from equipoise.analyze.population.not_rated import not_rated
from equipoise.analyze.population.participant_flow import flow
from equipoise.analyze.result import Estimate, Provenance, Results
from equipoise.analyze.safety.adverse_events import adverse_events
from equipoise.analyze.safety.alerts import alert_counts, alert_listing
from equipoise.analyze.safety.laboratory import (
    laboratory_grades,
    laboratory_listing,
)
from equipoise.analyze.safety.listings import safety_listings
from equipoise.analyze.safety.rules_table import rules_broken
from equipoise.analyze.safety.trend import side_effects
from equipoise.analyze.safety.vital_signs import vital_signs
from equipoise.analyze.sensitivity.estimates import sensitivities
from equipoise.analyze.subgroups import subgroups
from equipoise.analyze.supporting.estimates import supporting_methods
from equipoise.analyze.time_to_event.estimates import survival
from equipoise.analyze.time_to_event.listing import times_listing
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.errors import AnalysisError, Problem, refuse
from equipoise.numerics.garbage_collection import rarely_collected
from equipoise.protocol.amend import content_hash
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.interim_refusal import refuse_interim
from equipoise.protocol.model import Protocol
from equipoise.stats.input_checks import checked_option
from equipoise.version import __version__

METHODS = {
    "continuous": continuous,
    "binary": binary,
    "time-to-event": survival,
    "incidence": incidence,
    "acute": acute,
    "side-effects": side_effects,
    "vital-signs": vital_signs,
    "blinding": blinding,
}


def analyze(
    protocol: Protocol,
    data: TrialData,
    *,
    blind: Literal["refuse", "dummy"] = "refuse",
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Results:
    """Calculates all estimates that a protocol specifies.

    Args:
        protocol: of the trial.
        data: of the trial.
        blind: what to do while the data are blinded: ``refuse``, or analyze a
            ``dummy`` allocation, so that the program is finished before unblinding; all
            output states this.
        seed: of the dummy allocation; noted in the provenance.
        progress: called with the endpoint that is analyzed.

    Raises:
        AnalysisError: EQ451 the data are blinded; EQ454 they are not; EQ452, EQ453 the
            data do not hold what an estimand needs, for all endpoints together. An
            endpoint whose model cannot be fitted is reported as such and stops nothing.
        ProtocolError: EQ834, the protocol plans interim analyses: the final analysis is
            that of ``equipoise.interim.final.final_analysis``.
    """
    refuse_interim(protocol, "analyze without their record", WITH_RECORD)
    return unadjusted(protocol, data, blind=blind, seed=seed, progress=progress)


WITH_RECORD = (
    "name their record (looks.json of `equipoise interim`) with --record; in Python, use "
    "equipoise.interim.final.final_analysis"
)


@rarely_collected()
def unadjusted(
    protocol: Protocol,
    data: TrialData,
    *,
    blind: Literal["refuse", "dummy"] = "refuse",
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Results:
    """As ``analyze``, of a trial with interim analyses too: not adjusted for them.

    Args:
        protocol: of the trial.
        data: of the trial.
        blind: as of ``analyze``.
        seed: as of ``analyze``.
        progress: as of ``analyze``.

    Raises:
        AnalysisError: as ``analyze``.
    """
    tell = progress or (lambda _: None)
    known = unblinded(protocol, data, blind=blind, seed=seed)
    tell("participant flow and baseline")
    departures = deviations(protocol, known)
    estimates = [*flow(protocol, known), *baseline(protocol, known)]
    estimates += exposure(protocol, known)
    estimates += by_infusion(protocol, known)
    estimates += membership(protocol, known)
    estimates += summary(protocol, known, departures)
    estimates += follow_up(protocol, known)
    answers: dict[str, str] = {}
    refused: dict[Problem, None] = {}  # a set that cannot be worked out counts once
    for endpoint in protocol.endpoints:
        tell(endpoint.label)
        try:
            found: list[Estimate] = METHODS[endpoint.type](protocol, known, endpoint)
        except AnalysisError as error:
            refused |= dict.fromkeys(error.problems)
            continue
        answers[endpoint.id] = found[0].id
        estimates += found
        estimates += noninferiority(protocol, known, endpoint, found[0])
        estimates += _further(protocol, known, endpoint, tell)
    refuse(AnalysisError, list(refused))
    estimates += not_rated(protocol, known)
    estimates += decisions(protocol, _tested(protocol, answers, estimates))
    tell("adverse events")
    estimates += adverse_events(protocol, known)
    estimates += rules_broken(protocol, known)
    estimates += laboratory_grades(protocol, known)
    estimates += alert_counts(protocol, known)
    estimates += collected_instruments(protocol, known)
    listings = (
        *population_listings(protocol, known, departures),
        *safety_listings(protocol, known),
        *laboratory_listing(protocol, known),
        *alert_listing(protocol, known),
        *times_listing(protocol, known),
    )
    provenance = Provenance(
        protocol=protocol.trial.id,
        protocol_version=protocol.trial.version,
        protocol_hash=content_hash(protocol),
        data_hash=data.content_hash,
        software=f"equipoise {__version__}",
        seed=seed if blind == "dummy" else data.origin.seed,
        allocation="dummy" if blind == "dummy" else "actual",
        virtual=data.origin.virtual,
        accepted=data.origin.accepted,
        corrections=known.origin.corrections,
    )
    return Results(
        provenance=provenance,
        estimates=tuple(estimates),
        answers=answers,
        listings=listings,
    )


def _further(
    protocol: Protocol,
    known: UnblindedTrialData,
    endpoint: Endpoint,
    tell: Callable[[str], None],
) -> list[Estimate]:
    """Supporting methods, sensitivity and subgroup analyses of an endpoint."""
    estimates = supporting_methods(protocol, known, endpoint)
    if endpoint.sensitivity:
        tell(f"{endpoint.label}: sensitivity analyses")
        estimates += sensitivities(protocol, known, endpoint)
    if endpoint.subgroups:
        tell(f"{endpoint.label}: subgroups")
        estimates += subgroups(protocol, known, endpoint)
    return estimates


def _tested(
    protocol: Protocol, answers: dict[str, str], estimates: list[Estimate]
) -> dict[str, Estimate]:
    """The planned test of each endpoint."""
    by_id = {row.id: row for row in estimates}
    return {
        name: planned_test(protocol.endpoint(name), answers, by_id) for name in answers
    }


def unblinded(
    protocol: Protocol,
    data: TrialData,
    *,
    blind: Literal["refuse", "dummy"],
    seed: int,
) -> UnblindedTrialData:
    """The data with the arms that are analyzed: real ones, or a dummy allocation.

    Raises:
        AnalysisError: EQ451 or EQ454, the data are not as ``blind`` says; EQ460, it
            is neither option.
    """
    checked_option("blind", blind, ("refuse", "dummy"))
    real = isinstance(data, UnblindedTrialData)
    if real and blind == "dummy":
        raise AnalysisError.single(
            "EQ454",
            "the data contain arms, but a dummy allocation was requested",
            where="data, participants.arm",
            fix="omit --dummy, or supply data without the arm",
        )
    if isinstance(data, UnblindedTrialData):
        return data
    if blind == "refuse":
        raise AnalysisError.single(
            "EQ451",
            "the trial is blind: no participant has an arm",
            where="data, participants.arm",
            fix="map the arm column after unblinding, or do a dry run on shuffled "
            'arms with --dummy (blind="dummy")',
        )
    return with_dummy_arms(protocol, data, seed=seed)
