"""The analyses of a group sequential trial as sentences, tables, plots and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, isfinite

from equipoise.design.planning.plan import PlanFigure, PlanTable
from equipoise.design.requirements import Target
from equipoise.design.sequential.boundaries import SPENDING, Rule
from equipoise.design.sequential.participants import InterimAnalysis, SequentialTrial
from equipoise.numerics.rounding import fixed

RULES = {
    "obrien-fleming": ("O'Brien and Fleming", "Biometrics 1979;35:549-556"),
    "pocock": ("Pocock", "Biometrika 1977;64:191-199"),
    "wang-tsiatis": ("Wang and Tsiatis", "Biometrics 1987;43:193-199"),
    "haybittle-peto": ("Haybittle and Peto", "Br J Cancer 1976;34:585-612"),
    "lan-demets-of": (
        "Lan and DeMets (O'Brien-Fleming type)",
        "Biometrika 1983;70:659-663",
    ),
    "lan-demets-pocock": (
        "Lan and DeMets (Pocock type)",
        "Biometrika 1983;70:659-663",
    ),
    "hwang-shih-decani": ("Hwang, Shih and DeCani", "Stat Med 1990;9:1439-1445"),
    "kim-demets": ("Kim and DeMets", "Biometrika 1987;74:149-154"),
}
PARAMETERS = {
    "wang-tsiatis": "Delta",
    "haybittle-peto": "z",
    "hwang-shih-decani": "gamma",
    "kim-demets": "rho",
}
CONDITIONAL = (
    "conditional power of a trial exactly at the futility boundary that continues, "
    "with the assumed effect / with the observed effect"
)


def rule_name(rule: Rule) -> str:
    """A rule as texts print it."""
    kind = "spending function" if rule.kind in SPENDING else "boundaries"
    value = ""
    if rule.parameter is not None:
        value = f" with {PARAMETERS[rule.kind]} {rule.parameter:g}"
    return f"{kind} of {RULES[rule.kind][0]}{value}"


def references(efficacy: Rule, futility: Rule | None) -> tuple[str, ...]:
    """Of the boundaries."""
    kinds = [r.kind for r in (efficacy, futility) if r is not None]
    return tuple(
        f"{RULES[kind][0]}. {RULES[kind][1]}." for kind in dict.fromkeys(kinds)
    )


def details(
    trial: SequentialTrial, efficacy: Rule, futility: Rule | None, target: Target
) -> str:
    """Sentences for the protocol: analyses, boundaries, expected size and overrun."""
    analyses = trial.analyses
    half = " on the side of the assumed effect with half of the level"
    sentences = [
        f"The analyses are made at {listed(share(a.fraction) for a in analyses)} of the "
        f"information, with {listed(included(a) for a in analyses)} participants "
        "(first + second arm).",
        f"The trial stops for efficacy{half if target.sides == 2 else ''} by the "
        f"{rule_name(efficacy)}: z of {listed(_z(a.efficacy_z) for a in analyses)}, "
        "one-sided nominal P of "
        f"{listed(_p(a.efficacy_p, a.efficacy_z) for a in analyses)}, observed "
        f"{trial.outcome.measure} of "
        f"{listed(_effect(a.efficacy_effect) for a in analyses)}.",
    ]
    if futility is not None:
        sentences.append(_futility(trial, futility))
    with_effect, without = (fixed(n, 1) for n in trial.expected)
    sentences.append(
        f"The expected number of participants with an outcome due is {with_effect} with "
        f"the assumed effect and {without} without an effect."
    )
    overruns = [a.overrun for a in analyses if a.overrun is not None]
    if overruns:
        waiting = listed(f"{_up(o.without_outcome)}" for o in overruns)
        randomized = [fixed(n, 1) for n in trial.expected_randomized]
        sentences.append(
            f"The analyses take place at {listed(fixed(o.time, 1) for o in overruns)} "
            f"units of time after the first "
            f"randomization; {waiting} participants have been randomized by then whose "
            f"outcomes are not due, so that {randomized[0]} and {randomized[1]} are "
            "expected to be randomized."
        )
    return " ".join(sentences)


def _futility(trial: SequentialTrial, futility: Rule) -> str:
    early = [a for a in trial.analyses[:-1] if isfinite(a.futility_z)]
    binding = "binding" if trial.design.binding else "non-binding"
    if not early:
        return f"No analysis has a boundary for futility ({rule_name(futility)})."
    effects = listed(_effect(a.futility_effect) for a in early)
    power = listed(f"{fixed(100 * a.conditional_power[0], 1)}%" for a in early)
    return (
        f"It stops for futility ({binding}) by the {rule_name(futility)}: z of "
        f"{listed(_z(a.futility_z) for a in early)}, observed {trial.outcome.measure} of "
        f"{effects}; at these boundaries the conditional power with the assumed effect "
        f"is {power}."
    )


def analysis_rules(
    trial: SequentialTrial, efficacy: Rule, futility: Rule | None
) -> str:
    """Sentences for the analysis plan: what is done at the actual information."""
    last = trial.analyses[-1]
    sentences = [
        f"There are {len(trial.analyses)} analyses; the hypothesis is rejected at the "
        f"first with a z of at least "
        f"{listed(_z(a.efficacy_z) for a in trial.analyses)}. The one-sided error adds "
        f"up to {fixed(100 * last.spent, 3)}%."
    ]
    if futility is not None and not trial.design.binding:
        sentences.append(
            "The futility boundary is not binding: the error is kept if the trial "
            "continues beyond it."
        )
    if efficacy.kind in SPENDING:
        sentences.append(
            "At each analysis the boundary is recalculated by the spending function at "
            "its actual information; the last analysis spends the error that is left."
        )
    return " ".join(sentences)


def tables(trial: SequentialTrial, unit: str) -> tuple[PlanTable, ...]:
    """The boundaries, and the probabilities of stopping."""
    rows = [_boundary_row(a) for a in trial.analyses]
    stops = [_stop_row(a) for a in trial.analyses]
    measured = f" ({unit})" if unit else ""
    return (
        table(
            "analyses",
            "Analyses and boundaries",
            rows,
            "Participants: included, first + second arm, each rounded up. Effect: "
            f"observed {trial.outcome.measure} at the boundary{measured}, first arm minus "
            "second. Information: 1 / squared standard error.",
        ),
        table(
            "stopping",
            "Probabilities of stopping, cumulative error and power",
            stops,
            f"Error: one-sided, cumulative. CP at futility: {CONDITIONAL}.",
        ),
    )


def table(
    name: str, title: str, rows: Sequence[dict[str, str]], note: str
) -> PlanTable:
    """A table from rows with the same keys."""
    return PlanTable(
        name=name, title=title, head=tuple(rows[0]),
        rows=tuple(tuple(row.values()) for row in rows), note=note,
    )  # fmt: skip


def _boundary_row(a: InterimAnalysis) -> dict[str, str]:
    row = {
        "Fraction": share(a.fraction),
        "Participants": included(a),
        "Information": f"{a.information:.4g}",
        "z": _z(a.efficacy_z),
        "P, one-sided": _p(a.efficacy_p, a.efficacy_z),
        "Effect": _effect(a.efficacy_effect),
        "Futility z": _z(a.futility_z),
        "Futility effect": _effect(a.futility_effect),
    }
    if a.overrun is not None:
        row["Time"] = fixed(a.overrun.time, 1)
        row["Overrun"] = f"{_up(a.overrun.without_outcome)}"
    return row


def _stop_row(a: InterimAnalysis) -> dict[str, str]:
    return {
        "Fraction": share(a.fraction),
        "Efficacy, effect": _percent(a.stops_with_effect[0]),
        "Efficacy, no effect": _percent(a.stops_without_effect[0], 3),
        "Futility, effect": _percent(a.stops_with_effect[1]),
        "Futility, no effect": _percent(a.stops_without_effect[1]),
        **_cumulative(a),
    }


def _cumulative(a: InterimAnalysis) -> dict[str, str]:
    known = isfinite(a.conditional_power[0])
    at = " / ".join(_percent(p) for p in a.conditional_power) if known else "-"
    return {
        "Error": _percent(a.spent, 3),
        "Power": _percent(a.power),
        "CP at futility": at,
    }


def figures(trial: SequentialTrial, unit: str) -> tuple[PlanFigure, ...]:
    """The boundaries as z, and in the unit of the endpoint."""
    measured = f" ({unit})" if unit else ""
    measure = trial.outcome.measure
    scales = (
        ("boundaries", "Boundaries as z", "z", "z"),
        ("effects", f"Boundaries as observed {measure}",
         f"Observed {measure}{measured}", "effect"),
    )  # fmt: skip
    return tuple(
        PlanFigure(
            name=name, title=title, x_label="Information (%)", y_label=label, zero=True,
            lines=_lines(trial.analyses, scale),
        )
        for name, title, label, scale in scales
    )  # fmt: skip


def _lines(
    analyses: Sequence[InterimAnalysis], scale: str
) -> tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...]:
    found = []
    for kind in ("efficacy", "futility"):
        points = [
            (100 * a.fraction, value)
            for a in analyses
            if isfinite(value := getattr(a, f"{kind}_{scale}"))
        ]
        if points:
            x, y = zip(*points, strict=True)
            found.append((f"{kind.capitalize()} boundary", tuple(x), tuple(y)))
    return tuple(found)


def listed(texts: Iterable[str]) -> str:
    """Texts as an enumeration: a, b and c."""
    every = list(texts)
    if len(every) < 2:
        return "".join(every)
    return f"{', '.join(every[:-1])} and {every[-1]}"


def included(a: InterimAnalysis) -> str:
    """Participants of both arms in an analysis, each rounded up."""
    return f"{_up(a.first)} + {_up(a.second)}"


def share(fraction: float) -> str:
    """An information fraction as a percentage."""
    return f"{100 * fraction:.10g}%"


def _up(value: float) -> int:
    return ceil(value - 1e-9)


def _z(value: float) -> str:
    return fixed(value, 4) if isfinite(value) else "none"


def _p(value: float, z: float) -> str:
    return fixed(value, 5) if isfinite(z) else "none"


def _effect(value: float) -> str:
    return fixed(value, 3) if isfinite(value) else "none"


def _percent(proportion: float, digits: int = 1) -> str:
    return f"{fixed(100 * proportion, digits)}%"
