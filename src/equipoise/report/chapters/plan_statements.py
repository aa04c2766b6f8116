"""Sentences for sections of ICH E3 chapter 9 without a table.

A missing section looks like an oversight. Each sentence states what the protocol and the
data contain on its subject, and what they do not.

Source: ICH E3 (1995), sections 9.2 to 9.8.
"""

from __future__ import annotations

import re

from equipoise.analyze.result import Provenance
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Paragraph, Section
from equipoise.report.chapters.estimands import variable
from equipoise.report.chapters.treatment_methods import infusion_days, quantity
from equipoise.report.table_cells import in_sentence, lowered

MEDICATION = re.compile(r"medication|therapy|treatment|drug", re.IGNORECASE)
CHECKS = (
    "When the data are read, every row is checked against the protocol: tables and "
    "columns, types, missing and allowed values, duplicate rows, participants, arms, "
    "visits, instruments and infusions that the protocol does not have, ranges of scores "
    "and characteristics, the order of dates, and recorded scores against their items. "
    "A problem stops the analysis unless it is of a kind that may be accepted and was "
    "accepted"
)


def plan_statements(
    protocol: Protocol, data: TrialData, known: Provenance
) -> tuple[Section, ...]:
    """Sections 9.2 to 9.8 that have no table, in the order of ICH E3."""
    return tuple(
        Section(identifier, place, title, "", (Paragraph(text),))
        for identifier, place, title, text in (
            (
                "design-discussion",
                "9.2",
                "Discussion of study design",
                _control(protocol),
            ),
            (
                "removal",
                "9.3.3",
                "Removal of participants from therapy or assessment",
                _removal(protocol),
            ),
            (
                "investigational-products",
                "9.4.2",
                "Identity of investigational products",
                _products(protocol),
            ),
            (
                "dose-selection",
                "9.4.4",
                "Selection of doses in the study",
                "The reasons for the doses are not part of the protocol file.",
            ),
            (
                "dose-timing",
                "9.4.5",
                "Selection and timing of dose for each participant",
                _timing(protocol),
            ),
            (
                "concomitant-therapy",
                "9.4.7",
                "Prior and concomitant therapy",
                _concomitant(protocol),
            ),
            (
                "compliance-methods",
                "9.4.8",
                "Treatment compliance",
                _compliance(protocol, data),
            ),
            (
                "measurements-appropriate",
                "9.5.2",
                "Appropriateness of measurements",
                "Section 9.5.1 names the instruments and who completes them. Studies of "
                "their validity and reliability are not part of the protocol file.",
            ),
            (
                "primary-variable",
                "9.5.3",
                "Primary efficacy variable",
                _primary(protocol),
            ),
            (
                "concentrations",
                "9.5.4",
                "Drug concentration measurements",
                "Drug concentrations are not part of the protocol file.",
            ),
            ("data-quality", "9.6", "Data quality assurance", _quality(known)),
            (
                "protocol-changes",
                "9.8",
                "Changes in the conduct of the study or planned analyses",
                f"This report follows version {protocol.trial.version} of the protocol. "
                "Amendments, and changes after the trial started, are not part of the "
                "protocol file or of the data.",
            ),
        )
    )


def _control(protocol: Protocol) -> str:
    first = next(e for e in protocol.endpoints if e.level == "primary")
    arm = protocol.arm(first.estimand.treatment.versus)
    name = in_sentence(protocol, arm.id)
    role = "" if arm.role.lower() == name.lower() else f" ({arm.role})"
    return (
        f"The control is {name}{role}, to which participants are randomized concurrently "
        "with the other arms. The reasons for the choice of the design and of the control "
        "are not part of the protocol file."
    )


def _removal(protocol: Protocol) -> str:
    if any(rule.action == "stop" for rule in protocol.safety_rules):
        return (
            "Treatment is stopped according to the rules for holding and stopping "
            "treatment (9.5.1.1). Other criteria for removal are not part of the protocol "
            "file."
        )
    return "Criteria for removal are not part of the protocol file."


def _products(protocol: Protocol) -> str:
    drugs = dict.fromkeys(part.drug for part in protocol.interventions if part.drug)
    start = f"Drugs: {', '.join(drugs)}. " if drugs else ""
    return (
        f"{start}Manufacturers, formulations and batch numbers are not part of the "
        "protocol file."
    )


def _timing(protocol: Protocol) -> str:
    weighed = [
        f"{part.drug or part.label} {quantity(part.dose)}"
        for part in protocol.interventions
        if part.dose is not None and "/kg" in (part.dose.unit or "")
    ]
    texts = []
    if weighed:
        texts.append(f"Doses follow body weight: {', '.join(weighed)}.")
    planned = infusion_days(protocol)
    if planned:
        texts.append(f"{planned}.")
    if not texts:
        return "The timing of doses is not part of the protocol file."
    return " ".join([*texts, "The protocol file specifies no time of day."])


def _concomitant(protocol: Protocol) -> str:
    named = [p.label for p in protocol.characteristics if MEDICATION.search(p.label)]
    start = "Prior and concomitant therapy is not part of the protocol file"
    if named:
        labels = ", ".join(lowered(label) for label in named)
        start += f", apart from what is recorded at baseline: {labels} (11.2)"
    return f"{start}. This software does not read data on therapy during the trial."


def _compliance(protocol: Protocol, data: TrialData) -> str:
    if not collected(data, "exposures"):
        return f"Not known: {NOT_COLLECTED['exposures']}."
    if infusion_days(protocol):
        return (
            "Compliance is the number of planned infusions recorded as given (11.3). "
            "Doses and interruptions are in 12.1."
        )
    return "Compliance is assessed from the records of treatment given (11.3)."


def _primary(protocol: Protocol) -> str:
    named = [e for e in protocol.endpoints if e.level == "primary"]
    texts = [f"{lowered(e.label)} ({lowered(variable(protocol, e))})" for e in named]
    start = "Primary endpoint" if len(named) == 1 else "Primary endpoints"
    same = len(named) == 1 and variable(protocol, named[0]) == named[0].label
    return f"{start}: {lowered(named[0].label) if same else '; '.join(texts)}."


def _quality(known: Provenance) -> str:
    accepted = "no problem was accepted"
    if known.accepted:
        accepted = f"accepted were: {'; '.join(known.accepted)}"
    count = len(known.corrections)
    was = "correction of the source data was"
    were = "corrections of the source data were"
    corrected = f" {count} {was if count == 1 else were} applied (Provenance)."
    return (
        f"{CHECKS}; {accepted}.{corrected if count else ''} Data and protocol are "
        "identified by their SHA-256 "
        "(Provenance). Monitoring, audits and source data verification are not part of "
        "the data."
    )
