"""Statistical methods and sample size, from the protocol: ICH E3 9.7.1 and 9.7.2."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyze.plan import DF, STRUCTURE, VCOV, formula, visits
from equipoise.analyze.result import Provenance
from equipoise.analyze.strata import strata_text
from equipoise.analyze.subgroups import cut_labels
from equipoise.analyze.time_to_event.comparisons import FEWEST, LARGE
from equipoise.analyze.time_to_event.event_labels import event_labels
from equipoise.protocol.analysis_method import Analysis, Subgroup
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.margin import margin_sentence
from equipoise.protocol.model import Protocol
from equipoise.protocol.retreatment import handling
from equipoise.protocol.stratification import analysis_strata
from equipoise.report.blocks import Block, Paragraph, Section, TextTable
from equipoise.report.chapters.estimands import (
    comparison,
    estimands_table,
    intercurrent_table,
    sets_table,
)
from equipoise.report.chapters.sensitivity_plan import sensitivity_plan
from equipoise.report.chapters.supporting_plan import (
    competing_text,
    supporting_plan,
    tests_of_times,
)
from equipoise.report.table_cells import lowered, plural, sentence_case

PROCEDURES = {
    "fixed-sequence": "a fixed-sequence procedure (each endpoint is tested only if the "
    "null hypothesis of the one before it was rejected)",
    "holm": "the Holm procedure",
    "hochberg": "the Hochberg procedure",
    "graphical": "the graphical procedure of Bretz et al. 2009",
}


def statistics_sections(
    protocol: Protocol, provenance: Provenance
) -> tuple[Section, ...]:
    """Sections 9.7, 9.7.1 and 9.7.2 of ICH E3."""
    planned: list[Block | None] = [
        Paragraph(comparison(protocol)),
        sets_table(protocol),
        estimands_table(protocol),
        intercurrent_table(protocol),
        _analyses(protocol),
        supporting_plan(protocol),
        sensitivity_plan(protocol),
        _subgroups(protocol),
        _said(handling(protocol), _supporting(protocol)),
        Paragraph(_multiplicity(protocol)),
        Paragraph(missing(protocol)),
        Paragraph(_software(protocol, provenance)),
    ]
    return (
        Section("statistical-methods", "9.7", "Statistical methods", "", ()),
        Section(
            "statistical-plan",
            "9.7.1",
            "Statistical and analytical plans",
            "9.7.1",
            tuple(block for block in planned if block is not None),
        ),
        Section(
            "sample-size",
            "9.7.2",
            "Determination of sample size",
            "9.7.2",
            _size(protocol),
        ),
    )


def _said(*texts: str) -> Paragraph | None:
    return Paragraph(" ".join(filter(None, texts))) if any(texts) else None


def _analyses(protocol: Protocol) -> TextTable:
    """Each method of analysis once, with its endpoints."""
    grouped: dict[str, list[str]] = {}
    for endpoint in protocol.endpoints:
        text = method(protocol, endpoint)
        grouped.setdefault(text, []).append(sentence_case(endpoint.label))
    return TextTable(
        "analyses",
        "Methods of analysis",
        ("Endpoints", "Analysis"),
        tuple(("; ".join(names), text) for text, names in grouped.items()),
        "Model formulas are in the documentation of statistical methods (16.1.9).",
        kind="Table",
    )


def method(protocol: Protocol, endpoint: Endpoint) -> str:
    """The analysis of an endpoint, as text."""
    analysis = endpoint.analysis
    if analysis.method == "mmrm":
        return _mmrm(protocol, endpoint)
    if endpoint.type == "acute":
        return (
            "Mean by infusion and minute; peak; time until the value before the infusion "
            "is reached again; linear trend of the peak over infusions in each arm by a "
            f"mixed model ({STRUCTURE[analysis.covariance]} covariance, "
            f"{DF[analysis.df]} degrees of freedom)."
        )
    if endpoint.type == "side-effects":
        return (
            "Proportion after each infusion with the Wilson interval; trend over "
            "infusions by generalized estimating equations (logistic, exchangeable "
            "correlation, covariance of Mancl and DeRouen; t with the number of "
            "participants minus 2 degrees of freedom)."
        )
    if endpoint.type == "vital-signs":
        return (
            "Mean change from the last value before the infusion; values that meet a "
            "rule for holding or stopping treatment; shift from before the first "
            "infusion to the worst value afterwards."
        )
    if endpoint.type == "blinding":
        return (
            "The James index and the Bang index of each arm. The treatment effect in the "
            "same mixed model, adjusted for the guess"
            + (
                " and for the mean peak of the acute effect, which is measured after "
                "randomization"
                if endpoint.variable.score
                else ""
            )
            + "; E-value."
        )
    if analysis.method == "kaplan-meier":
        return _times(protocol, endpoint)
    return _proportions(protocol, endpoint, analysis)


def _times(protocol: Protocol, endpoint: Endpoint) -> str:
    analysis = endpoint.analysis
    until = "the last day on which both arms were observed"
    if analysis.horizon is not None:
        zero = event_labels(protocol, endpoint).zero
        until = f"day {analysis.horizon:g} since {zero}"
    return (
        f"Kaplan-Meier estimate with {analysis.interval} intervals; "
        f"{tests_of_times(protocol, endpoint)}Cox model; "
        f"restricted mean times up to {until}, compared by a studentized permutation test "
        f"with fewer than {LARGE} participants at risk in an arm; "
        "Weibull time ratio and Turnbull estimate for interval-censored times; "
        f"cumulative incidence with {competing_text(protocol, endpoint)} as a competing "
        f"event (Aalen and Johansen). Arms are compared only with at least {FEWEST} "
        "participants at risk and an event in each."
    )


def _mmrm(protocol: Protocol, endpoint: Endpoint) -> str:
    analysis = endpoint.analysis
    several = len(visits(protocol, endpoint)) > 1
    terms = ["arm, visit and arm by visit" if several else "arm"]
    for name in analysis.covariates:
        label = covariate(protocol, name)
        by = several and name in analysis.by_visit
        terms.append(f"{label} and {label} by visit" if by else label)
    one = "Analysis of covariance" if analysis.covariates else "Analysis of variance"
    kind = "Mixed model for repeated measures" if several else one
    structure = f"; {STRUCTURE[analysis.covariance]} covariance" if several else ""
    names = ", ".join(
        lowered(protocol.schedule.visit(v).label) for v in visits(protocol, endpoint)
    )
    return (
        f"{kind} by restricted maximum likelihood, with {'; '.join(terms)}{structure}; "
        f"{DF[analysis.df]} degrees of freedom{VCOV[analysis.vcov]}; visits: {names}."
        f"{margin_sentence(endpoint)}"
    )


def _supporting(protocol: Protocol) -> str:
    """What the mixed models give beyond the planned differences; empty without one."""
    continuous = [e for e in protocol.endpoints if e.type == "continuous"]
    if not continuous:
        return ""
    adjusted = any(e.analysis.covariates for e in continuous)
    where = " (at the mean of the covariates)" if adjusted else ""
    tests = f"F tests of arm, visit{where} and arm by visit"
    if all(len(visits(protocol, e)) == 1 for e in continuous):
        tests = "the F test of arm"
    return (
        f"Supporting results of continuous endpoints: {tests}; standardized differences "
        "(d = 2t/√df, and others in their table)."
    )


def covariate(protocol: Protocol, name: str) -> str:
    """Label of a covariate."""
    if name == "baseline":
        return "baseline value"
    labels = {part.id: part.label for part in protocol.characteristics}
    return lowered(labels.get(name, name))


def _tests(protocol: Protocol, endpoint: Endpoint) -> str:
    """The planned test of a binary endpoint, and the other one where there are strata."""
    fisher = "Fisher's exact test"
    if not analysis_strata(protocol, endpoint):
        return fisher
    named = strata_text(protocol, endpoint)
    if endpoint.analysis.planned == "stratified":
        return (
            "the Cochran-Mantel-Haenszel test in the same strata (planned). Supporting: "
            "the interval of the difference with the variance of Sato; the risk "
            f"difference without strata; {fisher}"
        )
    return (
        f"{fisher}; the Cochran-Mantel-Haenszel test and the risk difference with "
        f"Mantel-Haenszel weights, {named}"
    )


def _proportions(protocol: Protocol, endpoint: Endpoint, analysis: Analysis) -> str:
    if endpoint.type == "incidence":
        return (
            "Participants with the event and percentage by arm; risk difference with the "
            "interval of Miettinen and Nurminen. Not tested."
        )
    difference = "Risk difference with the interval of Miettinen and Nurminen"
    if analysis.planned == "stratified":
        difference = (
            f"Risk difference {strata_text(protocol, endpoint)}, with Mantel-Haenszel "
            "weights and the stratified score interval of Miettinen and Nurminen"
        )
    text = (
        f"{difference}; "
        f"{_tests(protocol, endpoint)}; in addition risk ratio, odds ratio, number "
        "needed to treat, and the exact tests of Boschloo and Barnard"
    )
    if analysis.covariates:
        named = ", ".join(covariate(protocol, n) for n in analysis.covariates)
        text += (
            f"; risk difference adjusted for {named} by standardization "
            "(logistic regression, HC3 robust variance, normal quantiles)"
        )
    text += {
        "failure": "; participants without a value count as not having the outcome",
        "excluded": "; participants without a value are not analyzed",
    }[analysis.missing]
    return f"{text}.{margin_sentence(endpoint)}"


def _subgroups(protocol: Protocol) -> TextTable | None:
    rows = []
    for endpoint in protocol.endpoints:
        for part in endpoint.subgroups:
            rows.append((endpoint.label, part.label, _groups(protocol, part)))
    if not rows:
        return None
    return TextTable(
        "subgroup-analyses",
        "Subgroup analyses",
        ("Endpoint", "Subgroup", "Groups"),
        tuple(rows),
        "The model of the endpoint with the subgroup and all its interactions with arm and "
        "visit. Interaction: F test that the differences at the visit of the estimate are "
        "equal.",
        kind="Table",
    )


def _groups(protocol: Protocol, part: Subgroup) -> str:
    """Labels of the groups that are compared."""
    if part.cuts:
        return ", ".join(cut_labels(part.cuts))
    known = {c.id: c for c in protocol.characteristics}[part.by]
    return ", ".join(known.labels.get(value, value) for value in known.values)


def _multiplicity(protocol: Protocol) -> str:
    plan = protocol.multiplicity
    if plan is None:
        return (
            "Multiplicity: the protocol specifies no procedure. P values other than that "
            "of the primary endpoint are descriptive."
        )
    labels = {e.id: e.label for e in protocol.endpoints}
    named = "; ".join(labels[name] for name in plan.endpoints)
    return (
        f"Multiplicity is controlled by {PROCEDURES[plan.procedure]}, familywise error "
        f"rate {plan.alpha:g} (two-sided), for {named}. Other P values are descriptive."
    )


def _missing_outcomes(protocol: Protocol) -> list[str]:
    """How a binary outcome without a value counts, with endpoints where they differ."""
    rules: dict[str, list[str]] = {}
    for endpoint in protocol.endpoints:
        if endpoint.type == "binary":
            own = rules.setdefault(endpoint.analysis.missing, [])
            own.append(lowered(endpoint.label))
    return [
        {
            "failure": "a binary outcome without a value counts as not having it",
            "excluded": "a participant without a binary outcome is not analyzed",
        }[rule]
        + (f" ({', '.join(labels)})" if len(rules) > 1 else "")
        for rule, labels in rules.items()
    ]


def _censored_times(protocol: Protocol) -> list[str]:
    """When times are censored, by whether the event can be found at a rating."""
    rules: dict[bool, list[str]] = {}
    for endpoint in protocol.endpoints:
        if endpoint.type == "time-to-event":
            rule = protocol.definition(endpoint.variable.definition or "")
            rules.setdefault(rule.of is not None, []).append(lowered(endpoint.label))
    return [
        {
            True: "times are censored at the last visit at which a participant was rated",
            False: "times to a recorded event are censored on the last day on which a "
            "participant is known to be in the study",
        }[rated]
        + (f" ({', '.join(labels)})" if len(rules) > 1 else "")
        for rated, labels in rules.items()
    ]


def missing(protocol: Protocol) -> str:
    """How missing data are handled, in one sentence."""
    texts = []
    methods = {e.analysis.method for e in protocol.endpoints}
    if "mmrm" in methods:
        texts.append(
            "continuous endpoints use all ratings at the visits of the model and are "
            "valid if unobserved ratings are missing at random"
        )
    texts += _missing_outcomes(protocol)
    texts += _censored_times(protocol)
    stated = "; ".join(dict.fromkeys(texts)) or "the protocol specifies no method"
    return f"Handling of missing data: {stated}."


def _software(protocol: Protocol, provenance: Provenance) -> str:
    seed = "" if provenance.seed is None else f", seed {provenance.seed}"
    return (
        f"Software: {provenance.software}{seed}. Protocol {protocol.trial.id}, version "
        f"{protocol.trial.version}."
    )


def _size(protocol: Protocol) -> tuple[Block, ...]:
    size = protocol.size
    why = f" {sentence_case(size.note)}." if size.note else ""
    known = f"Sample size of the protocol: {plural(size.participants, 'participant')}."
    text = known if size.planned else "The planned sample size is not known."
    blocks: list[Block] = [Paragraph(f"{text}{why}")]
    if size.assumptions:
        blocks.append(
            TextTable(
                "sample-size-assumptions",
                "Assumptions of the sample size",
                ("Assumption", "Value", "Source", "Note"),
                tuple(_assumptions(protocol)),
                kind="Table",
            )
        )
    return tuple(blocks)


def _assumptions(protocol: Protocol) -> Iterator[tuple[str, ...]]:
    for part in protocol.size.assumptions:
        unit = f" {part.unit}" if part.unit else ""
        yield (
            sentence_case(part.name),
            f"{part.value:g}{unit}".replace(" %", "%"),
            part.source or "assumed",
            part.note or "–",
        )


def formulas(protocol: Protocol) -> TextTable | None:
    """The formula of each mixed model, for the documentation of statistical methods."""
    rows = tuple(
        (e.label, formula(e, len(visits(protocol, e))))
        for e in protocol.endpoints
        if e.analysis.method == "mmrm"
    )
    if not rows:
        return None
    return TextTable(
        "model-formulas",
        "Formulas of the mixed models",
        ("Endpoint", "Formula"),
        rows,
        "outcome: the variable of the estimand; baseline and x_…: covariates; "
        "us, ar1, …(visit | participant): covariance of the repeated measurements.",
        kind="Table",
    )
