"""Numbers of the endpoints with a programme that the programme does not repeat."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.analyze.result import Results
from equipoise.protocol.supporting_methods import SUPPORTING_METHODS
from equipoise.report.programmes.programme import Programme

KINDS = {  # what is listed -> kinds of estimates
    "adjusted means as scores (the programs have those of the response)": (
        "ls-mean-score",
    ),
    "F tests of arm, visit and arm by visit, with their degrees of freedom": (
        "test",
        "numerator-df",
    ),
    "differences averaged over visits": ("average-difference",),
    "effect sizes and their intervals": (
        "effect-size",
        "effect-size-t",
        "effect-size-baseline",
        "hedges-g",
        "hedges-g-t",
        "hedges-g-baseline",
    ),
    "numbers rated, observed means, standard deviations and medians": (
        "rated",
        "observed",
        "observed-sd",
        "observed-median",
        "observed-change",
        "observed-change-sd",
        "not-rated",
    ),
    "means, standard deviations and medians at later visits": (
        "later-mean",
        "later-sd",
        "later-median",
    ),
    "counts of intercurrent events, missing outcomes and participants at risk": (
        "intercurrent",
        "intercurrent-event",
        "missing",
        "at-risk",
    ),
    "sensitivity analyses for missing data, with their imputations": (
        "sensitivity",
        "tipping-point",
        "tipping-curve",
        "supporting-inference",
        "supporting-tipping-point",
        "imputed",
        "set-aside",
    ),
    "differences and tests within strata": (
        "risk-difference",
        "log-rank-stratified",
        "stratified-risk-difference",
        "stratified-score-difference",
        "cmh",
    ),
    "supporting methods": tuple(SUPPORTING_METHODS),
    "subgroups and their interactions": ("subgroup", "interaction"),
    "P values adjusted for multiplicity": ("adjusted-p",),
    "the tests of Boschloo and Barnard": ("boschloo", "barnard"),
    "numbers needed to treat": ("number-needed-to-treat",),
    "proportions at every visit": ("by-visit", "by-visit-count"),
    "curves of cumulative responders": ("responder-curve",),
    "proportions without the event at each visit": ("at-visit",),
    "Turnbull's curves and medians (the SAS programs print them)": (
        "turnbull",
        "turnbull-median",
    ),
    "cumulative incidences with competing events": (
        "incidence",
        "incidence-at-visit",
    ),
}
PARTS = {  # kind of which some fields are repeated -> the others, in words
    "adjusted-risk-difference": (
        ("std_error", "lower", "upper", "p"),
        "standard error, interval and P value of the adjusted difference of proportions",
    ),
    "risk-ratio": (("std_error", "lower", "upper", "p"), "interval of the risk ratio"),
    "odds-ratio": (("std_error", "lower", "upper", "p"), "interval of the odds ratio"),
    "rmst": (
        ("std_error", "lower", "upper"),
        "standard errors and intervals of restricted means",
    ),
    "rmst-difference": (
        ("std_error", "lower", "upper", "p"),
        "standard error, interval and P value of the difference of restricted means",
    ),
}


def not_repeated(results: Results, present: Mapping[str, Programme]) -> list[str]:
    """Estimates of these endpoints that no program repeats, as text.

    Args:
        results: of the analysis.
        present: programme by endpoint.

    Returns:
        Phrases; a kind of estimate without words of its own is named by its id.
    """
    compared = {number.id for item in present.values() for number in item.numbers}
    rows = [row for row in results if row.endpoint in present]
    kinds = {(row.endpoint, row.analysis) for row in rows if row.id in compared}
    whole: set[str] = set()
    parts: set[str] = set()
    for row in rows:
        if (row.endpoint, row.analysis) not in kinds:
            if row.estimate is not None or row.p is not None:
                whole.add(row.analysis)
        elif row.analysis in PARTS:
            names, words = PARTS[row.analysis]
            if any(getattr(row, name) is not None for name in names):
                parts.add(words)
    made = [words for words, listed in KINDS.items() if whole & set(listed)]
    made += [words for _, words in PARTS.values() if words in parts]
    named = {kind for listed in KINDS.values() for kind in listed}
    return made + sorted(f"estimates of the kind {kind}" for kind in whole - named)
