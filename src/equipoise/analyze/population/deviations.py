"""Protocol deviations that the data show, and those that they cannot show."""

from __future__ import annotations

from equipoise.analyze.population.deviation import LABELS, RATING, Deviation
from equipoise.analyze.population.dosing_deviations import (
    dosing,
    dosing_unknown,
    not_given,
    rules,
)
from equipoise.analyze.population.eligibility_deviations import (
    consent,
    consent_unknown,
    eligibility,
    eligibility_unknown,
)
from equipoise.analyze.population.not_due import not_due
from equipoise.analyze.population.visit_deviations import (
    rating_label,
    ratings,
    ratings_unknown,
    visits,
    visits_unknown,
    visits_without_record,
    windows,
)
from equipoise.analyze.result import Estimate
from equipoise.dataset.randomized import counted_population
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol

UNKNOWN = "-unknown"
SILENT = "a value needed to identify one is missing for every participant of the arm"


def deviations(protocol: Protocol, data: UnblindedTrialData) -> list[Deviation]:
    """Every deviation of randomized participants, by kind and participant.

    Only what data can show: criteria with a rule, days, doses, infusions, measured
    values, visits, ratings. Visits, ratings and infusions are counted from the schedule:
    what has no row was not done, or not recorded. Rows with ``known`` False stand for
    what would have to be recorded to tell.

    Source: ICH E3 10.2; CONSORT 2025, item 24.
    """
    found = [
        *consent(protocol, data),
        *eligibility(protocol, data),
        *dosing(protocol, data),
        *rules(protocol, data),
        *not_given(protocol, data),
        *visits(protocol, data),
        *windows(protocol, data),
        *ratings(protocol, data),
    ]
    shown = unknown_kinds(protocol, data)
    order = {kind: place for place, kind in enumerate(shown)}
    visible = [d for d in found if shown.get(d.kind) == ""]
    return sorted(visible, key=lambda d: (order[d.kind], d.participant))


def unknown_kinds(protocol: Protocol, data: UnblindedTrialData) -> dict[str, str]:
    """For each kind that the protocol can have, why the data cannot show it.

    Returns:
        The kinds in the order of tables; an empty text for one that the data can show.
        Of a kind that the data can show at some visits only, ``<kind>.<visit>`` names
        each of the others.
    """
    found = {
        **consent_unknown(data),
        "eligibility": eligibility_unknown(protocol, data),
        **dosing_unknown(protocol, data),
        **visits_unknown(data),
    }
    single = visits_without_record(protocol, data)
    ordered = {}
    for kind in LABELS:
        if kind in found:
            ordered[kind] = found[kind]
            prefix = f"{kind}."
            ordered |= {k: why for k, why in single.items() if k.startswith(prefix)}
    return ordered | ratings_unknown(protocol, data)


def kind_label(protocol: Protocol, kind: str) -> str:
    """Label of a kind, for tables and listings; of ``<kind>.<visit>`` with the visit."""
    if kind.startswith(RATING):
        return rating_label(protocol, kind)
    base, _, visit = kind.partition(".")
    labels = {item.id: item.label for item in protocol.schedule.visits}
    return f"{LABELS[base]}: {labels[visit]}" if visit else LABELS[base]


def summary(
    protocol: Protocol, data: UnblindedTrialData, found: list[Deviation]
) -> list[Estimate]:
    """Participants with each kind of deviation, by arm.

    Returns:
        For each kind and arm ``count`` (``deviations.<kind>.<arm>``), and ``count``
        (``deviations.<kind>-unknown.<arm>``) of participants in whom the data do not tell
        and show no deviation of that kind. There is no number where the data cannot show
        the kind (the note says why), or it is not known for any participant of the arm.
        Then those of ``not_due``.
    """
    estimates = []
    by_kind: dict[tuple[str, bool], set[str]] = {}
    for d in found:
        by_kind.setdefault((d.kind, d.known), set()).add(d.participant)
    for kind, why in unknown_kinds(protocol, data).items():
        label = kind_label(protocol, kind)
        people = by_kind.get((kind, True), set())
        unclear = by_kind.get((kind, False), set()) - people
        for group in protocol.arms:
            mine = set(data.arm.index[data.arm == group.id])
            # Nobody has the deviation, and of nobody is it known: that is no zero.
            silent = bool(mine) and mine <= unclear
            numbers: dict[str, int | None] = {
                kind: None if silent else len(mine & people),
                f"{kind}{UNKNOWN}": len(mine & unclear),
            }
            estimates += [
                Estimate(
                    id=f"deviations.{name}.{group.id}",
                    endpoint="deviations",
                    analysis="count",
                    population=counted_population(data),
                    contrast=group.id,
                    estimate=None if why or count is None else float(count),
                    n=len(mine),
                    note=label
                    if not why and count is not None
                    else f"{label}: not known, {why or SILENT}",
                )
                for name, count in numbers.items()
            ]
    return [*estimates, *not_due(protocol, data)]
