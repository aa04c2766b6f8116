"""Names of the sections, tables, figures and listings that a report can have.

``[report]`` chooses among them. A test holds them against the reports of three trials.
"""

from __future__ import annotations

from equipoise.protocol.model import Protocol

SECTIONS: tuple[str, ...] = (  # ids, in the order of ICH E3
    "synopsis",
    "plan",
    "design",
    "population-selected",
    "inclusion-criteria",
    "exclusion-criteria",
    "treatments",
    "treatments-administered",
    "randomization",
    "blinding-procedures",
    "variables",
    "assessments",
    "safety-assessments",
    "statistical-methods",
    "statistical-plan",
    "sample-size",
    "participants",
    "participant-disposition",
    "protocol-deviations",
    "efficacy",
    "data-sets",
    "baseline-characteristics",
    "compliance",
    "efficacy-results",
    "efficacy-analysis",
    "statistical-issues",
    "missing-data",
    "multiplicity-results",
    "subgroups",
    "blinding",
    "safety",
    "extent-of-exposure",
    "adverse-events-results",
    "serious-events-results",
    "laboratory",
    "vital-signs-results",
    "appendices",
    "assumptions",
    "statistical-documentation",
    "listings",
    "checklist",
)
BLOCKS: tuple[str, ...] = (
    "synopsis-trial",
    "synopsis-results",
    "trial-design",
    "treatment-arms",
    "blinding-roles",
    "instruments",
    "schedule",
    "safety-rules",
    "analysis-set-definitions",
    "estimands",
    "intercurrent-events",
    "analyses",
    "sensitivity-analyses",
    "subgroup-analyses",
    "sample-size-assumptions",
    "trial-dates",
    "participant-flow",
    "disposition",
    "follow-up",
    "visits",
    "deviations",
    "analysis-sets",
    "baseline",
    "exposure",
    "infusions",
    "continuous",
    "multiplicity",
    "standardized",
    "sensitivity",
    "missing-ratings",
    "proportions",
    "response-measures",
    "time-to-event",
    "time-comparisons",
    "adverse-events-overview",
    "adverse-event-rates",
    "adverse-events",
    "adverse-events-by-infusion",
    "serious-events",
    "narratives",
    "vital-signs",
    "vital-signs-values",
    "vital-signs-extremes",
    "vital-signs-marked",
    "vital-signs-shift",
    "rules-broken",
    "discontinued",
    "demographics",
    "dosing",
    "dosing-infusions",
    "efficacy-responses",
    "efficacy-responses-secondary",
    "relapse-times",
    "assumed-statements",
    "model-formulas",
    "consort",
)
OF_ENDPOINT: dict[str, tuple[str, ...]] = {  # type of endpoint -> ends of block names
    "continuous": (
        "visits",
        "observed",
        "ls-mean",
        "participants",
        "sensitivity",
        "tipping",
        "subgroups",
    ),
    "binary": ("arms", "cut-offs", "measures", "by-visit"),
    "time-to-event": (
        "curve",
        "duration",
        "comparisons",
        "by-visit",
        "incidence",
        "times",
    ),
    "side-effects": ("by-infusion", "trend"),
    "acute": ("course", "trend"),
    "vital-signs": (),
    "blinding": ("guesses", "bang", "influence"),
    "incidence": (),
}


def block_names(protocol: Protocol) -> tuple[str, ...]:
    """Names of every table, figure and listing that a report of the trial can have."""
    of_endpoints = (
        name
        for endpoint in protocol.endpoints
        for name in (
            *(f"{endpoint.id}-{end}" for end in OF_ENDPOINT[endpoint.type]),
            *((endpoint.id,) if endpoint.type in ("acute", "vital-signs") else ()),
        )
    )
    collected = (
        name
        for use in protocol.instruments
        for name in (f"collected-{use.id}", f"collected-{use.id}-infusions")
    )
    return tuple(dict.fromkeys((*BLOCKS, *of_endpoints, *collected)))
