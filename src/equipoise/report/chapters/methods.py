"""Investigational plan: design, eligibility, treatments, blinding, assessments.

ICH E3 sections 9.1 to 9.5, written from the protocol.
"""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.dataset.collected import NOT_COLLECTED
from equipoise.instruments.model import Score
from equipoise.protocol.calendar import Visit
from equipoise.protocol.governance import SafetyRule
from equipoise.protocol.labels import rule_subject
from equipoise.protocol.model import Protocol
from equipoise.protocol.retreatment import descriptions
from equipoise.report.blocks import Block, Bullets, Paragraph, Section, TextTable
from equipoise.report.chapters.treatment_methods import (
    infusions,
    minus,
    randomization,
    treatments_table,
)
from equipoise.report.table_cells import plural, sentence_case

AUTHORS = Paragraph(
    "Sections 4 to 8 of ICH E3 (abbreviations, ethics, investigators, introduction, "
    "objectives), the conclusions (11.4.7, 12.6), the discussion (13) and the references "
    "(15) are to be written by the authors.",
    kind="note",
)
MATRIX = 12  # instruments and kinds of measurement that a schedule has columns for
BY = {  # who completes an instrument
    "participant": "participant (self-report)",
    "rater": "rater",
    "infusion team": "infusion team",
}
NAMES = {  # CDISC test codes
    "SYSBP": "systolic blood pressure",
    "DIABP": "diastolic blood pressure",
    "PULSE": "pulse rate",
    "OXYSAT": "oxygen saturation",
    "RESP": "respiratory rate",
    "TEMP": "body temperature",
    "WEIGHT": "weight",
}
WHEN = {
    "before infusion": "before an infusion",
    "during infusion": "during an infusion",
    "after infusion": "after an infusion",
    "after randomization": "after randomization",
    "any": "at any time",
}


def plan_sections(protocol: Protocol, *, events: bool = True) -> tuple[Section, ...]:
    """Sections 9 to 9.5 of ICH E3.

    Args:
        protocol: of the trial.
        events: whether adverse events were collected: otherwise no definition is given.
    """
    return (
        Section("plan", "9", "Investigational plan", "", (AUTHORS,)),
        Section("design", "9.1", "Overall study design", "9.1", _design(protocol)),
        Section("population-selected", "9.3", "Selection of study population", "", ()),
        *_eligibility(protocol),
        Section("treatments", "9.4", "Treatments", "", ()),
        Section(
            "treatments-administered",
            "9.4.1",
            "Treatments administered",
            "9.4.1",
            (treatments_table(protocol),),
        ),
        Section(
            "randomization",
            "9.4.3",
            "Method of assigning participants to treatment groups",
            "",
            (Paragraph(randomization(protocol)),),
        ),
        Section(
            "blinding-procedures", "9.4.6", "Blinding", "9.4.6", _blinding(protocol)
        ),
        Section("variables", "9.5", "Efficacy and safety variables", "", ()),
        Section(
            "assessments",
            "9.5.1",
            "Measurements and schedule of assessments",
            "9.5.1",
            (*_instruments(protocol), schedule_table(protocol)),
        ),
        Section(
            "safety-assessments",
            "9.5.1.1",
            "Definition and assessment of harms",
            "9.5.1",
            tuple(_harms(protocol, events)),
        ),
    )


def design_words(protocol: Protocol) -> str:
    """Design, arms and allocation ratio in one sentence."""
    trial = protocol.trial
    return f"{sentence_case(trial.design)}; {condition_words(protocol)}"


def condition_words(protocol: Protocol) -> str:
    """Arms with their allocation ratio."""
    arms = ":".join(arm.label for arm in protocol.arms)
    ratio = ":".join(str(arm.ratio) for arm in protocol.arms)
    return f"allocation ratio {ratio} ({arms})"


def _design(protocol: Protocol) -> tuple[Block, ...]:
    trial, visits = protocol.trial, protocol.schedule.visits
    planned = len(infusions(protocol))
    last = max(visit.day for visit in visits)
    rows = [
        ("Design", sentence_case(trial.design)),
        ("Condition", sentence_case(trial.condition)),
        ("Phase", trial.phase or "not specified"),
        (
            "Arms",
            "; ".join(f"{arm.label} ({arm.role})" for arm in protocol.arms),
        ),
        ("Allocation ratio", ":".join(str(arm.ratio) for arm in protocol.arms)),
        (
            "Planned sample size",
            plural(protocol.size.participants, "randomized participant")
            if protocol.size.planned
            else "not known",
        ),
        ("Day 0", sentence_case(protocol.schedule.anchor)),
        (
            "Duration",
            f"day {minus(min(v.day for v in visits))} to day {minus(last)}, "
            f"{plural(len(visits), 'visit')}"
            + (f", {plural(planned, 'infusion')}" if planned else ""),
        ),
    ]
    table = TextTable(
        "trial-design",
        "Design of the trial",
        ("Element", "Description"),
        tuple(rows),
        "Settings and locations are not part of the protocol file.",
        kind="Table",
    )
    return (table,)


def _eligibility(protocol: Protocol) -> Iterator[Section]:
    for kind, place in (("inclusion", "9.3.1"), ("exclusion", "9.3.2")):
        texts = tuple(c.text for c in protocol.eligibility if c.kind == kind)
        blocks: tuple[Block, ...] = (Bullets(texts),)
        if not texts:
            blocks = (
                Paragraph(f"The protocol specifies no {kind} criteria.", kind="absent"),
            )
        yield Section(
            f"{kind}-criteria", place, f"{kind.capitalize()} criteria", "", blocks
        )


def _blinding(protocol: Protocol) -> tuple[Block, ...]:
    conceal = protocol.blinding.conceal
    if not conceal:
        text = "The protocol conceals nothing from any role: the trial is open-label."
        return (Paragraph(text),)
    rows = tuple(
        (sentence_case(who), ", ".join(_concealed(w) for w in what) or "nothing")
        for who, what in conceal.items()
    )
    return (
        TextTable(
            "blinding-roles",
            "Blinding: information concealed from each role before unblinding",
            ("Role", "Concealed"),
            rows,
            kind="Table",
        ),
    )


def _concealed(what: str) -> str:
    return "allocation" if what == "arm" else what


def _instruments(protocol: Protocol) -> Iterator[Block]:
    rows = []
    for use in protocol.instruments:
        scale = protocol.scales[use.id]
        version = f"; {use.version}" if use.version else ""
        better = f"{scale.better} scores are better"
        by = BY.get(use.by, use.by)
        missing = _missing_items(scale.scores[scale.primary_score])
        rows.append((f"{scale.name}{version}", by, better, missing))
    yield TextTable(
        "instruments",
        "Instruments",
        ("Instrument", "Completed by", "Direction", "Missing items"),
        tuple(rows),
        kind="Table",
    )


def _missing_items(score: Score) -> str:
    """How a score is calculated when items are missing."""
    if score.missing.rule == "none":
        return "no score if an item is missing"
    most = score.missing.at_most
    limit = "" if most is None else f", at most {plural(most, 'missing item')}"
    return f"mean of the other items{limit}"


def schedule_table(protocol: Protocol) -> TextTable:
    """Visits in rows; what is assessed at each in columns, as E3's flow chart."""
    used = {
        a.instrument
        for visit in protocol.schedule.visits
        for a in protocol.schedule.assessments(visit)
    }
    instruments = [use.id for use in protocol.instruments if use.id in used]
    measured = any(protocol.schedule.measurements(v) for v in protocol.schedule.visits)
    columns = [*instruments, *(["vital signs"] if measured else [])]
    heads = [short_name(protocol, name) for name in instruments]
    if measured:
        heads.append("Vital signs")
    wide = len(columns) > MATRIX
    rows: list[tuple[str, ...]] = []
    for visit in protocol.schedule.visits:
        first = (_visit_label(visit), _day(visit))
        done = _done(protocol, visit)
        if wide:
            named = (n for c, n in zip(columns, heads, strict=True) if c in done)
            rows.append((*first, ", ".join(named)))
        else:
            rows.append((*first, *("X" if c in done else "" for c in columns)))
    return TextTable(
        "schedule",
        "Schedule of assessments",
        ("Visit", "Day (window)", *(["Assessments"] if wide else heads)),
        tuple(rows),
        " ".join(_schedule_notes(protocol)),
        kind="Table",
    )


def short_name(protocol: Protocol, instrument: str) -> str:
    """Abbreviation of an instrument: the text in parentheses after its name."""
    name = protocol.scales[instrument].name
    return name.partition("(")[2].rstrip(")") or name


def measurement_name(code: str) -> str:
    """Name of a vital sign: ``systolic blood pressure`` for ``SYSBP``."""
    return NAMES.get(code, code)


def _visit_label(visit: Visit) -> str:
    return f"{visit.label} *" if visit.only_if else visit.label


def _day(visit: Visit) -> str:
    early, late = visit.window
    window = f" ({minus(early)} to +{late})" if early or late else ""
    return f"{minus(visit.day)}{window}"


def _done(protocol: Protocol, visit: Visit) -> set[str]:
    done = {a.instrument for a in protocol.schedule.assessments(visit)}
    if protocol.schedule.measurements(visit):
        done.add("vital signs")
    return done


def _schedule_notes(protocol: Protocol) -> Iterator[str]:
    schedule = protocol.schedule
    yield f"Day 0: {schedule.anchor}. Windows in days."
    conditions = {v.only_if for v in schedule.visits if v.only_if}
    conditions -= {loss.id for loss in protocol.losses()}
    yield from (f"* {sentence_case(text)}." for text in descriptions(protocol))
    for name in sorted(conditions):
        yield f"* Only participants with: {protocol.definition(name).label}."
    minutes: dict[tuple[int, ...], list[str]] = {}
    for visit in schedule.visits:
        for part in schedule.assessments(visit):
            names = minutes.setdefault(part.minutes, [])
            names.append(short_name(protocol, part.instrument))
        for measurement in schedule.measurements(visit):
            names = minutes.setdefault(measurement.minutes, [])
            names += [measurement_name(code) for code in measurement.names]
    for times, names in minutes.items():
        if times:
            each = ", ".join(dict.fromkeys(names))
            at = ", ".join(minus(minute) for minute in times)
            yield f"{sentence_case(each)}: {at} min from the start of the infusion."


def _harms(protocol: Protocol, events: bool) -> Iterator[Block]:
    window = protocol.treatment_emergent.days_after_last_dose
    if not events:
        text = f"{sentence_case(NOT_COLLECTED['events'])}."
        yield Paragraph(text, kind="absent")
    else:
        yield Paragraph(_definition(window))
    if protocol.safety_rules:
        yield TextTable(
            "safety-rules",
            "Rules for holding and stopping treatment",
            ("Measurement", "Limit", "When", "Action", "Instruction"),
            tuple(_rule(protocol, rule) for rule in protocol.safety_rules),
            kind="Table",
        )


def _definition(window: int) -> str:
    return (
        "An adverse event is treatment-emergent if it started on or after the day of the "
        f"first dose and at most {plural(window, 'day')} after the day of the last dose. "
        "The same window limits the person-time of treatment-emergent rates. Severity, "
        "seriousness, relation to treatment and outcome are reported as recorded. How "
        "harms were elicited is not part of the protocol file."
    )


def rule_name(protocol: Protocol, rule: SafetyRule) -> str:
    """What a safety rule checks: a vital sign, an item or an answer."""
    if rule.measurement:
        return sentence_case(measurement_name(rule.measurement))
    return rule_subject(protocol, rule)


def rule_limit(rule: SafetyRule) -> str:
    """The limit of a safety rule, with its unit at each number: ``≤ 90%``."""
    return rule.limit_in(rule.unit.replace("mmHg", "mm Hg")).replace(" %", "%")


def _rule(protocol: Protocol, rule: SafetyRule) -> tuple[str, ...]:
    return (
        rule_name(protocol, rule),
        rule_limit(rule),
        WHEN[rule.when],
        rule.action,
        rule.do,
    )
