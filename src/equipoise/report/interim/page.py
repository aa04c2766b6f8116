"""The page and the numbers of an interim analysis."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from equipoise.interim.analysis import InterimResult, boundaries
from equipoise.interim.record import to_text
from equipoise.numerics.rounding import fixed, p_text
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Document, Paragraph, Section, TextTable
from equipoise.report.formats.html_page import page
from equipoise.report.front_matter import banners, running
from equipoise.report.headline import signed
from equipoise.report.interim.boundary_figure import boundary_figure
from equipoise.report.table_cells import ci, decimals

RECORD_FILE = "looks.json"
NO_RECIPIENTS = "not stated in the protocol ([interim], {key})"
RESTRICTED = "Unblinded comparative results: restricted"
RECOMMENDATION = {
    "efficacy": "Stop: the boundary for efficacy is crossed.",
    "reverse": "Stop: the boundary is crossed in the direction against benefit.",
    "futility": "Stop for futility: the {binding} futility boundary is crossed.",
    "continue": "Continue: no boundary is crossed.",
}
OVERRULED = (
    "The futility boundary is non-binding: the trial may continue without inflation of "
    "the type I error."
)
BINDING = (
    "The futility boundary is binding: if the trial continues, its type I error is "
    "larger than planned."
)
METHODS = (
    "The primary endpoint is analyzed as in the final analysis, in the participants "
    "for whom it was due by the cut-off. z is the normal quantile of the P value of the "
    "planned test, positive in the direction of benefit.",
    "The error spent at this analysis is that of its actual information as a fraction of "
    "the planned maximum. Boundaries depend on the information alone. A z of the size of "
    "the efficacy boundary against benefit stops the trial too.",
    "Conditional power is the probability of crossing the efficacy boundary at a later "
    "analysis, at the planned information, given z; a trial that crosses a later futility "
    "boundary counts as stopped. Predictive power averages it over the effect given the "
    "data, with a flat prior.",
    "After an interim analysis, the unadjusted estimate, interval and P value are biased "
    "as results of the trial; they are for monitoring.",
)
REFERENCES = (
    "Lan KKG, DeMets DL. Discrete sequential boundaries for clinical trials. Biometrika "
    "1983;70:659-663.",
    "Jennison C, Turnbull BW. Group Sequential Methods with Applications to Clinical "
    "Trials. Chapman & Hall/CRC, 2000.",
    "Spiegelhalter DJ, Freedman LS, Blackburn PR. Monitoring clinical trials: conditional "
    "or predictive power? Controlled Clinical Trials 1986;7:8-17.",
)


def files(protocol: Protocol, result: InterimResult) -> dict[str, bytes]:
    """Page, numbers and record of an interim analysis.

    Returns:
        File name -> content: ``interim-<k>.html``, ``interim-<k>.json``, ``looks.json``.
    """
    name = f"interim-{result.number}"
    numbers = json.dumps(to_json(result), indent=2, ensure_ascii=False) + "\n"
    return {
        f"{name}.html": page(document(protocol, result)),
        f"{name}.json": numbers.encode(),
        RECORD_FILE: to_text(result.entries).encode(),
    }


def to_json(result: InterimResult) -> dict[str, Any]:
    """The interim analysis as numbers, never rounded."""
    found = result.found
    prospects = result.prospects
    return {
        "schema": "equipoise-interim-analysis/1",
        "provenance": asdict(result.provenance),
        "endpoint": result.plan.endpoint,
        "analysis": result.number,
        "analyses_planned": len(result.plan.analyses),
        "cutoff": result.cutoff.isoformat(),
        "participants": found.included,
        "analyzed": found.analyzed,
        "estimate": found.effect.estimate,
        "std_error": found.effect.std_error,
        "lower": found.effect.lower,
        "upper": found.effect.upper,
        "level": found.effect.level,
        "p": found.test.p,
        "z": found.z,
        "information": found.information,
        "information_unit": found.unit,
        "information_planned": result.planned,
        "information_fraction": result.fraction,
        "boundaries": boundaries(result),
        "efficacy_effect": found.at_boundary(result.efficacy),
        "futility_effect": found.at_boundary(result.futility),
        "decision": result.decision,
        "futility_binding": result.plan.binding if result.plan.futility else None,
        "conditional_power": prospects
        and {
            "planned_effect": prospects.planned_effect,
            "estimated_effect": prospects.estimated_effect,
        },
        "predictive_power": prospects and prospects.predictive,
        "unblinded_to": list(result.plan.unblinded_to),
        "recommendation_to": list(result.plan.recommendation_to),
        "record_sha256": result.entries[-1].sha256,
    }


def recommendation(result: InterimResult) -> str:
    """What the boundaries say, in one or two sentences."""
    binding = "binding" if result.plan.binding else "non-binding"
    text = RECOMMENDATION[result.decision].format(binding=binding)
    if result.decision == "futility":
        text = f"{text} {BINDING if result.plan.binding else OVERRULED}"
    return text


def document(protocol: Protocol, result: InterimResult) -> Document:
    """The page as a document."""
    known, plan = result.provenance, result.plan
    endpoint = protocol.endpoint(plan.endpoint)
    title = f"Interim analysis {result.number} of {len(plan.analyses) - 1}"
    facts = (
        ("Protocol", f"{known.protocol} {known.protocol_version}, SHA-256 "
                     f"{known.protocol_hash}"),
        ("Data", f"SHA-256 {known.data_hash}"),
        ("Data cut-off", result.cutoff.isoformat()),
        ("Software", known.software),
        ("Seed", "none" if known.seed is None else str(known.seed)),
        ("Allocation", known.allocation),
        ("Record of this analysis", f"SHA-256 {result.entries[-1].sha256}"),
    )  # fmt: skip
    sections = (
        Section(
            "recommendation", "", "Recommendation of the boundaries", "",
            (
                Paragraph(recommendation(result), kind="headline"),
                Paragraph(
                    "It supports the decision of the monitoring committee and does not "
                    "replace it."
                ),
                _recipients(result),
            ),
        ),
        Section(
            "result", "", endpoint.label, "", (_estimates(protocol, result),)
        ),
        Section(
            "boundaries", "", "Boundaries", "",
            (_boundaries(protocol, result), boundary_figure(result)),
        ),
        Section("prospects", "", "Power at later analyses", "", _prospects(result)),
        Section(
            "methods", "", "Methods", "",
            tuple(Paragraph(text) for text in (*METHODS, *REFERENCES)),
        ),
    )  # fmt: skip
    restricted = (
        f"Unblinded comparative results. Only for: {_names(plan.unblinded_to)}. "
        f"Everyone else remains blinded."
    )
    return Document(
        title=title,
        subtitle=f"{protocol.trial.label}, version {protocol.trial.version}",
        about=f"{endpoint.label}; data cut-off {result.cutoff.isoformat()}.",
        banners=(restricted, *banners(known)),
        watermark="DRAFT · DUMMY ALLOCATION" if known.allocation == "dummy" else "",
        sections=sections,
        facts=facts,
        title_page=facts[2:4],
        running=" · ".join(part for part in (RESTRICTED, running(known)) if part),
        header=title,
    )


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names) or NO_RECIPIENTS.format(key="unblinded_to")


def _recipients(result: InterimResult) -> TextTable:
    plan = result.plan
    told = ", ".join(plan.recommendation_to)
    rows = (
        ("This page and its files", _names(plan.unblinded_to)),
        (
            "The recommendation only",
            told or NO_RECIPIENTS.format(key="recommendation_to"),
        ),
        ("Nothing of either", "everyone else"),
    )
    return _table("recipients", "Who receives what", ("Content", "Recipients"), rows)


def _estimates(protocol: Protocol, result: InterimResult) -> TextTable:
    found, effect = result.found, result.found.effect
    scale, digits, name = _measure(protocol, result)
    rows = [
        (
            f"{protocol.arm(arm).label}: participants",
            f"{n}"
            + ("" if (k := found.analyzed[arm]) is None else f" ({k} with data)"),
        )
        for arm, n in found.included.items()
    ]
    size = _signed((effect.estimate or 0.0) * scale, digits, result)
    limits = [
        "not reached" if v is None else _signed(v * scale, digits, result)
        for v in (effect.lower, effect.upper)
    ]
    error = "not calculated"
    if effect.std_error is not None:
        error = fixed(effect.std_error * scale, digits + 1)
    rows += [
        (name, size),
        (f"{ci(effect.level)}, unadjusted", f"{limits[0]} to {limits[1]}"),
        ("Standard error" + (" (log)" if found.unit == "events" else ""), error),
        ("P value, two-sided, unadjusted", p_text(found.test.p or 0.0)),
        ("z in the direction of benefit", signed(found.z, 4)),
        (f"Information ({found.unit})", _information(result, found.information)),
        ("Planned maximum", _information(result, result.planned)),
        ("Fraction of the maximum", f"{fixed(100 * result.fraction, 1)}%"),
    ]
    note = effect.note or ""
    return _table("estimates", "Estimate", ("Quantity", "Value"), tuple(rows), note)


def _boundaries(protocol: Protocol, result: InterimResult) -> TextTable:
    scale, digits, name = _measure(protocol, result)
    rows = []
    for row in boundaries(result):
        number = int(row["analysis"] or 0)
        observed, efficacy = row["observed_z"], row["efficacy_z"]
        cells = (
            f"{number}" + (" (this one)" if number == result.number else ""),
            f"{fixed(100 * (row['fraction'] or 0.0), 1)}%",
            "no stop" if efficacy is None else fixed(efficacy, 4),
            "" if efficacy is None else _nominal(row["nominal_p"] or 0.0),
            "none" if (a := row["futility_z"]) is None else signed(a, 4),
            "" if observed is None else signed(observed, 4),
        )
        rows.append(cells)
    ends = [
        (what, found)
        for what, z in (("efficacy", result.efficacy), ("futility", result.futility))
        if (found := result.found.at_boundary(z)) is not None
    ]
    shown = " and ".join(
        f"{_signed(effect * scale, digits, result)} for {what}" for what, effect in ends
    )
    note = "The nominal P value is two-sided."
    if shown:
        note += (
            f" At this analysis the boundaries are, as {name[0].lower()}{name[1:]}: "
            f"{shown}."
        )
    head = ("Analysis", "Information", "Efficacy z", "Nominal P", "Futility z",
            "Observed z")  # fmt: skip
    return _table("boundaries-table", "Boundaries", head, tuple(rows), note)


def _prospects(result: InterimResult) -> tuple[TextTable | Paragraph, ...]:
    known = result.prospects
    if known is None:
        return (
            Paragraph(
                "The information has reached the planned maximum: this analysis spends "
                "all of the error, and no later analysis is planned."
            ),
        )
    rows = tuple(
        (name, f"{fixed(100 * value, 1)}%")
        for name, value in (
            ("Conditional power, planned effect", known.planned_effect),
            ("Conditional power, estimated effect", known.estimated_effect),
            ("Predictive power", known.predictive),
        )
    )
    return (_table("power", "If the trial continues", ("Quantity", "Value"), rows),)


def _measure(protocol: Protocol, result: InterimResult) -> tuple[float, int, str]:
    """Scale, decimals and name of the effect."""
    known = decimals(protocol)
    pair = protocol.endpoint(result.plan.endpoint).estimand.treatment
    arms = f"{protocol.arm(pair.arm).label} minus {protocol.arm(pair.versus).label}"
    if result.found.unit == "events":
        return 1, known.ratio, f"Hazard ratio, {arms.replace(' minus ', ' to ')}"
    if result.found.unit == "participants":
        return 100, known.difference, f"Risk difference in percentage points, {arms}"
    return 1, known.score, f"Difference in means, {arms}"


def _signed(value: float, digits: int, result: InterimResult) -> str:
    return (fixed if result.found.unit == "events" else signed)(value, digits)


def _nominal(p: float) -> str:
    return "<0.00001" if p < 1e-5 else fixed(p, 5)


def _information(result: InterimResult, value: float) -> str:
    whole = result.found.unit != "1 / squared standard error"
    return fixed(value, 0 if whole else 5)


def _table(
    name: str,
    title: str,
    head: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    note: str = "",
) -> TextTable:
    return TextTable(name, title, head, rows, note, kind="Table")
