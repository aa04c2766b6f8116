"""An interim analysis: boundaries at the actual information, decision, and prospects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, isfinite, sqrt
from typing import Literal

from scipy import special

from equipoise.analyze.result import Provenance
from equipoise.analyze.run import unblinded
from equipoise.dataset.trialdata import TrialData
from equipoise.design.sequential.actual_information import recalculated
from equipoise.design.sequential.conditional_power import (
    conditional_power,
    predictive_power,
)
from equipoise.design.sequential.of_protocol import rules, sequential_design, stated
from equipoise.design.sequential.plan import Sequential
from equipoise.errors import DesignError
from equipoise.interim.cutoff import at_cutoff
from equipoise.interim.maximum import planned_information
from equipoise.interim.observed import Observed, observed
from equipoise.interim.record import (
    FIRST,
    Decision,
    Entry,
    Recorded,
    earlier_analyses,
    held,
    rules_of,
)
from equipoise.protocol.amend import content_hash
from equipoise.protocol.interim import InterimAnalyses
from equipoise.protocol.model import Protocol
from equipoise.version import __version__


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospects:
    """Probability of efficacy at a later analysis.

    Attributes:
        planned_effect: conditional power under the effect for which the trial was planned.
        estimated_effect: under the effect estimated now.
        predictive: averaged over the effect given the data (flat prior).
    """

    planned_effect: float
    estimated_effect: float
    predictive: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InterimResult:
    """The result of an interim analysis, for the recipients of ``unblinded_to``.

    Attributes:
        number: of the analysis, from 1.
        cutoff: last date of the data.
        found: estimate, z and information.
        planned: maximum information of the plan, in the unit of ``found``.
        design: boundaries at the actual information of the analyses so far, and at the
            planned information of those to come.
        decision: boundary that was crossed, if any.
        prospects: None at the last analysis.
        entries: of the record, this analysis last; perhaps with some not held.
    """

    plan: InterimAnalyses
    number: int
    cutoff: date
    found: Observed
    planned: float
    design: Sequential
    decision: Decision
    prospects: Prospects | None
    entries: tuple[Recorded, ...]
    provenance: Provenance

    @property
    def fraction(self) -> float:
        """Actual information as a fraction of the planned maximum."""
        return self.found.information / self.planned

    @property
    def efficacy(self) -> float:
        """The z that stops for efficacy at this analysis; inf for none."""
        return float(self.design.upper[len(held(self.entries)) - 1])

    @property
    def futility(self) -> float:
        """The z at or below which this analysis stops for futility; -inf for none."""
        return float(self.design.lower[len(held(self.entries)) - 1])


def interim_analysis(
    protocol: Protocol,
    data: TrialData,
    number: int,
    cutoff: date,
    *,
    record: Sequence[Recorded] = (),
    blind: Literal["refuse", "dummy"] = "refuse",
    seed: int = 0,
) -> InterimResult:
    """Analyzes the primary endpoint at an interim analysis and applies the boundaries.

    Args:
        protocol: with ``[interim]``.
        data: of the trial; the cut-off is applied here.
        number: of the analysis in ``[interim]``, from 1; not the last one.
        cutoff: last date of the data.
        record: entries of the earlier analyses; one that was not held spends no error.
        blind: as in ``equipoise.analyze``.
        seed: of a dummy allocation.

    Returns:
        The result; its last entry belongs to the record.

    Raises:
        DesignError: EQ830, the boundaries are not those of a spending function; EQ831,
            the information does not rise; EQ835, no interim analyses are planned; EQ836,
            no such analysis, or it is not possible with these data; EQ837, the maximum
            information is unknown; EQ838, the record.
        AnalysisError: EQ451, EQ454 and as ``equipoise.analyze``.

    Source: Lan and DeMets 1983, Biometrika 70:659-663; Jennison and Turnbull 2000,
    chapters 7, 10 and 11.
    """
    plan, design = stated(protocol), sequential_design(protocol)
    check_number(plan, number)
    allocation: Literal["actual", "dummy"] = "dummy" if blind == "dummy" else "actual"
    earlier = earlier_analyses(protocol, plan, record, number, allocation=allocation)
    endpoint = protocol.endpoint(plan.endpoint)
    before = held(earlier)
    planned = (
        before[0].planned  # of the first analysis, whatever times are planned now
        if before
        else planned_information(protocol, endpoint, design)
    )
    known = unblinded(protocol, data, blind=blind, seed=seed)
    found = observed(protocol, at_cutoff(protocol, known, endpoint, cutoff), endpoint)
    actual = [*(entry.information for entry in before), found.information]
    design = _at_information(plan, design, number, actual, planned)
    k = len(before)
    decision = decided(found.z, design.upper[k], design.lower[k])
    entry = Entry(
        analysis=number,
        cutoff=cutoff.isoformat(),
        protocol=protocol.trial.id,
        version=protocol.trial.version,
        protocol_hash=content_hash(protocol),
        data_hash=data.content_hash,
        allocation=allocation,
        virtual=data.origin.virtual,
        plan=rules_of(plan),
        unit=found.unit,
        planned=planned,
        information=found.information,
        z=found.z,
        estimate=float(found.effect.estimate or 0.0),
        std_error=found.effect.std_error,
        df=found.effect.df if isfinite(found.effect.df or inf) else None,
        lower=found.effect.lower,
        upper=found.effect.upper,
        level=found.effect.level,
        p=float(found.test.p or 0.0),
        participants=found.included,
        efficacy=float(design.upper[k]) if isfinite(design.upper[k]) else None,
        futility=float(design.lower[k]) if isfinite(design.lower[k]) else None,
        decision=decision,
        software=f"equipoise {__version__}",
    ).sealed(earlier[-1].sha256 if earlier else FIRST)
    return InterimResult(
        plan=plan,
        number=number,
        cutoff=cutoff,
        found=found,
        planned=planned,
        design=design,
        decision=decision,
        prospects=_prospects(design, len(actual), found.z),
        entries=(*earlier, entry),
        provenance=Provenance(
            protocol=protocol.trial.id,
            protocol_version=protocol.trial.version,
            protocol_hash=entry.protocol_hash,
            data_hash=entry.data_hash,
            software=entry.software,
            seed=seed if blind == "dummy" else data.origin.seed,
            allocation=allocation,
            virtual=data.origin.virtual,
            accepted=data.origin.accepted,
            corrections=known.origin.corrections,
        ),
    )


def decided(z: float, efficacy: float, futility: float) -> Decision:
    """The boundary that a z has reached.

    Args:
        z: in the direction of benefit.
        efficacy: boundary, inf for none; its mirror image stops too.
        futility: boundary, -inf for none.

    Example:
        >>> decided(3.0, 2.96, 0.4), decided(0.2, 2.96, 0.4), decided(-3.0, 2.96, 0.4)
        ('efficacy', 'futility', 'reverse')
    """
    if z >= efficacy:
        return "efficacy"
    if z <= -efficacy:
        return "reverse"
    return "futility" if z <= futility else "continue"


def check_number(plan: InterimAnalyses, number: int) -> None:
    """Rejects a number that is not that of an interim analysis.

    Raises:
        DesignError: EQ836.
    """
    last = len(plan.analyses)
    if 1 <= number < last:
        return
    raise DesignError.single(
        "EQ836",
        f"analysis {number} is not an interim analysis: the protocol plans {last}, and "
        "the last one is the final analysis",
        where="interim, --look",
        fix=f"give a number from 1 to {last - 1}",
    )


def _at_information(
    plan: InterimAnalyses,
    design: Sequential,
    number: int,
    actual: list[float],
    planned: float,
) -> Sequential:
    """The boundaries at the actual information, then at the planned one."""
    efficacy, futility = rules(plan)
    now = actual[-1] / planned
    later = [t * planned for t in plan.analyses[number:] if t > now]
    if now < 1 and (not later or later[-1] < planned):
        later = [*later, planned]
    return recalculated(design, efficacy, [*actual, *later], planned, futility=futility)


def _prospects(design: Sequential, number: int, z: float) -> Prospects | None:
    if number >= len(design.timing):
        return None
    trend = z / sqrt(design.timing[number - 1])
    return Prospects(
        planned_effect=conditional_power(design, number, z),
        estimated_effect=conditional_power(design, number, z, trend),
        predictive=predictive_power(design, number, z),
    )


def boundaries(result: InterimResult) -> list[dict[str, float | int | None]]:
    """Each analysis with its boundaries, as numbers.

    Returns:
        ``analysis`` (its number in the plan), ``fraction`` of the planned maximum,
        ``efficacy_z`` (None at infinity), ``nominal_p`` (two-sided), ``futility_z``
        (None for none), ``observed_z`` (None for an analysis to come).
    """
    done = held(result.entries)
    z = [entry.z for entry in done]
    numbers = [entry.analysis for entry in done]
    numbers += range(result.number + 1, result.number + 1 + len(result.design.timing))
    return [
        {
            "analysis": numbers[k - 1],
            "fraction": float(t),
            "efficacy_z": float(b) if isfinite(b) else None,
            "nominal_p": float(2 * special.ndtr(-b)),
            "futility_z": float(a) if isfinite(a) else None,
            "observed_z": z[k - 1] if k <= len(z) else None,
        }
        for k, (t, b, a) in enumerate(
            zip(
                result.design.timing,
                result.design.upper,
                result.design.lower,
                strict=True,
            ),
            start=1,
        )
    ]
