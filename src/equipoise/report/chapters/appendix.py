"""Appendices of ICH E3 section 16: assumptions, statistical documentation, listings."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyze.result import Listing, Provenance, Results
from equipoise.instruments.provenance import Sourced
from equipoise.protocol.analysis_method import Sensitivity, Subgroup
from equipoise.protocol.calendar import Schedule, Visit
from equipoise.protocol.check import sourced
from equipoise.protocol.estimand import Definition, Endpoint
from equipoise.protocol.forms import FormUse
from equipoise.protocol.governance import (
    Blinding,
    InfusionDay,
    InstrumentUse,
    Randomization,
    SafetyRule,
    Size,
    SizeAssumption,
    TreatmentEmergent,
)
from equipoise.protocol.grades import ReferenceRange
from equipoise.protocol.model import Protocol
from equipoise.protocol.multiplicity import Multiplicity
from equipoise.protocol.population import AnalysisSet, Criterion
from equipoise.protocol.quantity import Quantity
from equipoise.protocol.treatment import Intervention
from equipoise.report.blocks import Block, Paragraph, Section, TextTable
from equipoise.report.chapters.methods import rule_limit, rule_name
from equipoise.report.chapters.safety import LISTINGS as ABOVE
from equipoise.report.chapters.sensitivity_plan import IMPUTED
from equipoise.report.chapters.statistics import formulas
from equipoise.report.chapters.treatment_methods import minus, quantity
from equipoise.report.table_cells import plural, sentence_case

NO_REASON = "–"
TOPICS: dict[type[Sourced], str] = {  # statement -> topic, in the order of the table
    Criterion: "eligibility",
    Intervention: "treatment",
    Quantity: "treatment",
    Randomization: "randomization and blinding",
    Blinding: "randomization and blinding",
    Schedule: "schedule and instruments",
    Visit: "schedule and instruments",
    InstrumentUse: "schedule and instruments",
    FormUse: "further forms",
    ReferenceRange: "further forms",
    SafetyRule: "safety",
    InfusionDay: "safety",
    TreatmentEmergent: "safety",
    AnalysisSet: "analysis",
    Definition: "analysis",
    Endpoint: "analysis",
    Sensitivity: "analysis",
    Subgroup: "analysis",
    Multiplicity: "analysis",
    Size: "sample size",
    SizeAssumption: "sample size",
}
PRINTED = 120  # rows of a listing that are printed, some three pages
LAST = "16.2.9"  # after every group of ICH E3


def listings(protocol: Protocol, results: Results) -> Section:
    """ICH E3 16.2: rows about single participants, in the order of their groups.

    A long listing is named with its file and not printed, unless ``[report]`` states
    ``print_listings``; one that is made as a file only never is.
    """
    whole = protocol.report.print_listings
    found = [_listing(part, whole) for part in results.listings if part.id not in ABOVE]
    found.sort(key=lambda block: block.group or LAST)
    return Section(
        "listings", "16.2", "Participant data listings", "16.2", tuple(found)
    )


def _listing(part: Listing, whole: bool) -> TextTable:
    rows = part.rows
    if not rows or (part.printed and (whole or len(rows) <= PRINTED)):
        return TextTable(
            part.id, part.title, part.columns, rows, part.note, group=part.group
        )
    where = (
        f"Not printed: {plural(len(rows), 'row')}, in the file listings/{part.id}.csv."
    )
    note = f"{where} {part.note}"
    return TextTable(
        part.id, part.title, part.columns, (), note, group=part.group, filed=rows
    )


def assumptions(protocol: Protocol, *, events: bool = True) -> Section:
    """Assumptions: protocol statements without a source, listed with a reason or counted.

    Args:
        protocol: of the trial.
        events: whether adverse events were collected: otherwise their window is not
            described.
    """
    found = list(_assumed(protocol))
    counts = ", ".join(
        f"{sum(row[0] == topic for row in found)} on {topic}"
        for topic in dict.fromkeys(TOPICS.values())
        if any(row[0] == topic for row in found)
    )
    rows = tuple(
        (sentence_case(topic), name, value, reason)
        for at in dict.fromkeys(TOPICS.values())
        for topic, name, value, reason in found
        if topic == at and reason != NO_REASON
    )
    text = (
        "Each statement of the protocol file names its source or is marked as assumed. "
        f"Assumed: {plural(len(found), 'statement')}{f' ({counts})' if found else ''}."
    )
    if found and not rows:
        text += " No reason is specified for any of them."
    elif found:
        text += " The table lists those with a stated reason."
    blocks: list[Block] = [Paragraph(text)]
    if rows:
        blocks.append(
            TextTable(
                "assumed-statements",
                "Assumed protocol statements with a stated reason",
                ("Topic", "Statement", "Value", "Reason"),
                rows,
                kind="Table",
            )
        )
    if events and not _window_stated(protocol):
        days = plural(protocol.treatment_emergent.days_after_last_dose, "day")
        blocks.append(
            Paragraph(
                "The protocol specifies no window for treatment-emergent adverse events: "
                f"{days} after the last dose is the default of the software."
            )
        )
    return Section(
        "assumptions", "16.1.1", "Protocol: assumptions", "16.1.1", tuple(blocks)
    )


def _window_stated(protocol: Protocol) -> bool:
    """Whether the protocol file has ``[treatment_emergent]``."""
    return "treatment_emergent" in protocol.model_fields_set


def _assumed(protocol: Protocol) -> Iterator[tuple[str, str, str, str]]:
    """Topic, statement, value and reason of each statement that is assumed."""
    endpoint = ""
    arm = ""
    for _, part in sourced(protocol):
        if isinstance(part, Endpoint):
            endpoint = part.label
        if isinstance(part, Intervention):
            arm = part.label
        if isinstance(part, TreatmentEmergent) and not _window_stated(protocol):
            continue
        if part.assumed:
            if isinstance(part, FormUse):
                name, value = _form(protocol, part)
            elif isinstance(part, ReferenceRange):
                name, value = _range(part)
            else:
                name, value = _words(protocol, part, endpoint, arm)
            topic = TOPICS.get(type(part), "other matters")
            yield topic, name, value, part.note or NO_REASON


def _form(protocol: Protocol, part: FormUse) -> tuple[str, str]:
    """The form, and at which visits it is filled in."""
    known = {form.id: form.title for form in protocol.form_definitions()}
    visits = (protocol.schedule.visit(one).label for one in part.visits)
    return f"Form: {known[part.name]}", ", ".join(visits) or "at any time"


def _range(part: ReferenceRange) -> tuple[str, str]:
    """The result and the sex for which a range applies, and the range."""
    ends = [f"{end:g}" for end in (part.low, part.high) if end is not None]
    sex = f", {part.sex}" if part.sex else ""
    return f"Reference range: {part.of}{sex}", f"{' to '.join(ends)} {part.unit}"


def _words(
    protocol: Protocol, part: Sourced, endpoint: str, arm: str
) -> tuple[str, str]:
    """What a statement is about, and what it states."""
    match part:
        case SizeAssumption():
            return f"Sample size: {part.name}", quantity(part)
        case Quantity():
            strength = part.unit == "mg/mL"
            what = "strength of the vials" if strength else "dose or duration"
            return f"{arm}: {what}", quantity(part)
        case Intervention():
            return "Intervention", part.label
        case Criterion():
            return f"{part.kind.capitalize()} criterion", part.text
        case Visit():
            early, late = part.window
            days = f"day {minus(part.day)}"
            window = f", window {minus(early)} to +{late} days" if early or late else ""
            return f"Visit {part.label}", f"{days}{window}"
        case InstrumentUse():
            scale = protocol.scales[part.id].name
            return "Instrument", f"{scale}, completed by the {part.by}"
        case Sensitivity():
            return f"Sensitivity analysis: {endpoint}", (
                f"{part.label} ({IMPUTED[part.strategy]})"
            )
        case Subgroup():
            return f"Subgroup: {endpoint}", part.label
        case SafetyRule():
            name, limit = rule_name(protocol, part), rule_limit(part)
            return f"Safety rule: {part.action}, {part.when}", f"{name}, limit {limit}"
        case _:
            return _general(part)


def _general(part: Sourced) -> tuple[str, str]:
    """Statements of which a protocol has one, and those with a label."""
    match part:
        case Endpoint():
            return f"Endpoint ({part.level})", part.label
        case Definition() | AnalysisSet():
            kind = "Definition" if isinstance(part, Definition) else "Analysis set"
            return kind, part.label
        case Randomization():
            return "Randomization", part.method
        case Blinding():
            return "Blinding", plural(len(part.conceal), "role")
        case Schedule():
            return "Schedule", f"day 0: {part.anchor}"
        case Multiplicity():
            return "Multiplicity", f"{part.procedure}, alpha {part.alpha:g}"
        case TreatmentEmergent():
            days = part.days_after_last_dose
            window = f"{plural(days, 'day')} after the last dose"
            return "Treatment-emergent window", window
        case InfusionDay():
            age = f"vital signs at most {part.max_age_min} min old"
            weight = (
                f"weight within {part.weight_tolerance_percent:g}% of the syringe's"
            )
            return "Start of an infusion", f"{age}, {weight}"
        case Size():
            return "Sample size", plural(part.participants, "participant")
    return sentence_case(type(part).__name__), "–"


def documentation(protocol: Protocol, known: Provenance) -> Section:
    """ICH E3 16.1.9: how every number of the report can be found and repeated."""
    text = (
        "Every number of this report has an id in results.json, which holds its unrounded "
        "value. tables/*.csv gives the id of each number of a table, and "
        "tables/*.wide.csv the table as printed. To repeat the analysis, use the "
        f"protocol, data and software named under Provenance ({known.software}). The "
        "analysis data sets are in adam/, with a codebook; programs/ holds R and SAS "
        "programs that repeat the models from these data sets, with the numbers that they "
        "must give."
    )
    table = formulas(protocol)
    blocks = (Paragraph(text),) if table is None else (Paragraph(text), table)
    return Section(
        "statistical-documentation",
        "16.1.9",
        "Documentation of statistical methods",
        "16.1.9",
        blocks,
    )
