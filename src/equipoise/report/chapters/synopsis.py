"""The synopsis on one page, with results: ICH E3 section 2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from equipoise.analyze.planned_test import planned_log_rank
from equipoise.analyze.result import Results
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import (
    Block,
    Lookup,
    Paragraph,
    Section,
    Table,
    TextTable,
    counted,
    interval,
)
from equipoise.report.by_arm import ArmTable, Cells, Column
from equipoise.report.chapters.counts import count, of_arm, sentence
from equipoise.report.chapters.methods import condition_words
from equipoise.report.chapters.participants import counted_as, entered
from equipoise.report.chapters.statistics import method
from equipoise.report.chapters.treatment_methods import infusions, minus
from equipoise.report.dates import data_date
from equipoise.report.headline import headline
from equipoise.report.table_cells import (
    Cell,
    ci,
    decimals,
    in_sentence,
    lowered,
    number,
    plural,
    sentence_case,
)

SHOWN = ("primary", "key secondary")
FEW, KEY = 3, 6  # sites that are named, criteria that are printed
HARMS = (  # estimates of adverse events, label of the row
    ("any", "Any adverse event"),
    ("related", "Related"),
    ("serious", "Serious"),
    ("severity-severe", "Severe"),
    ("discontinuation", "Led to discontinuation of treatment"),
    ("deaths", "Death, at any time"),
)
UNRECORDED = (
    ("related-unknown", "relation"),
    ("serious-unknown", "seriousness"),
    ("severity-unknown", "severity"),
)
DEATH = r"\b(?:death|died|fatal)\b"


def synopsis(protocol: Protocol, data: TrialData, results: Results) -> Section:
    """ICH E3 Annex I: the trial, its results, its safety, on one page."""
    primary = primary_endpoint(protocol)
    blocks: list[Block] = [
        Paragraph(headline(protocol, results), results[primary.id].id, "headline"),
        _trial(protocol, data, primary),
        _results(protocol, results, primary),
    ]
    harms = _safety(protocol, results)
    if harms is None:
        blocks.append(Paragraph(safety_words(protocol, data, results)))
    else:
        blocks.append(harms)
    blocks.append(Paragraph("Conclusions: to be written by the authors.", kind="note"))
    return Section("synopsis", "2", "Synopsis", "", tuple(blocks))


def primary_endpoint(protocol: Protocol) -> Endpoint:
    """The first endpoint of level primary."""
    return next(e for e in protocol.endpoints if e.level == "primary")


def _trial(protocol: Protocol, data: TrialData, primary: Endpoint) -> TextTable:
    trial, pair = protocol.trial, primary.estimand.treatment
    arm, versus = (in_sentence(protocol, a) for a in (pair.arm, pair.versus))
    given = "; ".join(
        f"{a.label}: {_treatments(protocol, a.id)}" for a in protocol.arms
    )
    label = lowered(primary.label)
    phase = f"Phase {trial.phase}. " if trial.phase else ""
    rows = (
        ("Study period", _period(data)),
        ("Study centers", _sites(data)),
        ("Objective", f"To compare {arm} with {versus}. Primary endpoint: {label}"),
        (
            "Design",
            f"{phase}{sentence_case(trial.design)}; {condition_words(protocol)}",
        ),
        ("Planned number", _planned(protocol)),
        ("Diagnosis and key criteria", _criteria(protocol)),
        ("Interventions", given),
        ("Duration", _duration(protocol)),
        ("Statistical methods", method(protocol, primary)),
    )
    return TextTable(
        "synopsis-trial",
        "Synopsis of the trial",
        ("Element", "Description"),
        rows,
        kind="Table",
    )


def _treatments(protocol: Protocol, arm: str) -> str:
    """Labels of the interventions of an arm."""
    labels = [part.label for part in protocol.treatments(arm)]
    return ", and ".join([*labels[:1], *map(lowered, labels[1:])]) or "not specified"


def _period(data: TrialData) -> str:
    """First randomization, or consent, to the last date in the data."""
    last = data_date(data)
    for column, what in (
        ("randomized_at", "randomized"),
        ("consented_at", "consented"),
    ):
        days = data.participants[column].dropna()
        if len(days) and last:
            first = f"{days.min():%Y-%m-%d}"
            return (
                f"{first} (first participant {what}) to {last} (last date in the data)"
            )
    return "Not known: the data hold no dates"


def _sites(data: TrialData) -> str:
    """How many sites the data name, and which if they are few."""
    names = sorted(str(name) for name in data.participants["site"].dropna().unique())
    if not names:
        return "Not named in the data"
    few = f": {', '.join(names)}" if len(names) <= FEW else ""
    return f"{plural(len(names), 'site')} in the data{few}"


def _planned(protocol: Protocol) -> str:
    if not protocol.size.planned:
        return "Not known"
    return plural(protocol.size.participants, "randomized participant")


def _criteria(protocol: Protocol) -> str:
    """The condition and the criteria for inclusion, as far as they fit on a page."""
    texts = [c.text for c in protocol.eligibility if c.kind == "inclusion"]
    others = sum(c.kind == "exclusion" for c in protocol.eligibility)
    shown_texts = texts[:KEY]
    parts = [sentence_case(protocol.trial.condition), *shown_texts]
    more = len(texts) - len(shown_texts)
    rest = [f"further inclusion criteria: {more}"] if more else []
    rest += [f"exclusion criteria: {others}"] if others else []
    return "; ".join(parts) + (f" ({'; '.join(rest)}; see 9.3)" if rest else "")


def _duration(protocol: Protocol) -> str:
    """Days of treatment, where infusions are planned, and of follow-up."""
    days = [visit.day for visit in protocol.schedule.visits]
    follow_up = f"follow-up to day {minus(max(days))}"
    planned = infusions(protocol)
    if not planned:
        return sentence_case(follow_up)
    given = [visit.day for visit in planned]
    start, end = minus(min(given)), minus(max(given))
    when = f"on day {start}" if start == end else f"from day {start} to day {end}"
    return f"{plural(len(given), 'infusion')} {when}; {follow_up}"


def _results(protocol: Protocol, results: Results, primary: Endpoint) -> Table:
    """Numbers of participants, then one row for each endpoint that is shown."""
    pair, find = primary.estimand.treatment, Lookup(results)
    level = ci(primary.analysis.level)
    table = ArmTable(
        protocol,
        (pair.arm, pair.versus),
        (Column(""),),
        (f"Comparison ({level})", "P", f"d ({level})"),
        "Result",
    )
    table.row(f"{counted_as(find)}, n", lambda arm: (entered(find, arm),))
    table.row(
        "Analyzed for the primary endpoint, n",
        lambda arm: (number(find(f"flow.analysed.{arm}"), digits=0),),
    )
    at = primary.variable.at
    if primary.type == "continuous" and at is not None:
        visit = lowered(protocol.schedule.visit(at).label)
        table.row(
            f"Rated at {visit}, n",
            lambda arm: (number(find(f"{primary.id}.ls-mean.{at}.{arm}"), "n", 0),),
        )
    for endpoint in shown(protocol):
        _row(table, protocol, results, endpoint)
    note = " ".join(_notes(protocol))
    result = table.made("synopsis-results", "Synopsis of the results", note)
    return replace(result, population=primary.estimand.population)


def shown(protocol: Protocol) -> tuple[Endpoint, ...]:
    """Endpoints of the synopsis, of the arms that the primary one compares."""
    pair = primary_endpoint(protocol).estimand.treatment
    return tuple(e for e in _of_interest(protocol) if e.estimand.treatment == pair)


def _of_interest(protocol: Protocol) -> tuple[Endpoint, ...]:
    """Primary, key secondary, and the first of responders, whichever arms they compare."""
    binary = [e for e in protocol.endpoints if e.type == "binary"][:1]
    return tuple(
        e
        for e in protocol.endpoints
        if (e.level in SHOWN or e in binary)
        and e.type in ("continuous", "binary", "time-to-event")
    )


def _row(
    table: ArmTable, protocol: Protocol, results: Results, endpoint: Endpoint
) -> None:
    find, digits = Lookup(results), decimals(protocol)
    answer = results[endpoint.id]
    label = sentence_case(endpoint.label)
    if endpoint.type == "continuous":

        def mean(arm: str) -> Cells:
            row = find(f"{endpoint.id}.ls-mean.{answer.visit}.{arm}")
            return interval(row, digits.score)

        percent = endpoint.variable.measure == "percent-change"
        unit = "percentage points" if percent else "points"
        size = find(f"{endpoint.id}.effect-size-t.{answer.visit}")
        table.row(
            f"{label}, adjusted mean ({ci(endpoint.analysis.level)}), {unit}",
            mean,
            interval(answer, digits.score),
            (number(answer, "p"),),
            interval(size, digits.error),
        )
    elif endpoint.type == "time-to-event":
        ratio = find(f"{endpoint.id}.hazard-ratio")
        test = find(planned_log_rank(endpoint))
        table.row(
            f"{label}, median (CI), days; hazard ratio",
            lambda arm: interval(find(f"{endpoint.id}.median.{arm}"), digits.days),
            interval(ratio, digits.ratio),
            (number(test, "p"),),
            (Cell(""),),
        )
    else:
        table.row(
            f"{label}, n/N (%); risk difference, percentage points",
            lambda arm: counted(find(f"{endpoint.id}.count.{arm}")),
            interval(answer, digits.difference, 100),
            (number(answer, "p"),),
            (Cell(""),),
        )


def _notes(protocol: Protocol) -> Iterator[str]:
    pair = primary_endpoint(protocol).estimand.treatment
    arm, versus = (in_sentence(protocol, a) for a in (pair.arm, pair.versus))
    yield f"Comparison: {arm} minus {versus}."
    if any(e.type == "continuous" for e in shown(protocol)):
        yield "d: Cohen d, 2t/√df, with the sign of the difference."
    if any(e.type == "binary" for e in shown(protocol)):
        stratified = {
            e.analysis.planned == "stratified"
            for e in shown(protocol)
            if e.type == "binary"
        }
        tests = {False: "Fisher's exact test", True: "Cochran-Mantel-Haenszel test"}
        named = " or ".join(tests[kind] for kind in sorted(stratified))
        yield f"P of proportions: {named}."
    yield "–: not known or not estimable."
    others = [e.label for e in _of_interest(protocol) if e not in shown(protocol)]
    if others:
        yield f"Of other arms, not in this table: {'; '.join(others)} (see 11.4)."


def _safety(protocol: Protocol, results: Results) -> Table | None:
    """Participants with adverse events by arm; None where none were collected."""
    find = Lookup(results)
    first = find(f"events.any.{protocol.arms[0].id}")
    if first is None or first.estimate is None:
        return None
    level = ci(getattr(find("events.any.difference"), "level", None))
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column("n/N (%)"),),
        (f"Difference, percentage points ({level})",),
        "Safety",
    )
    digits = decimals(protocol).difference
    for name, label in HARMS:
        row = find(f"events.{name}.difference")
        further = () if row is None else (interval(row, digits, 100),)
        table.row(
            label,
            of_arm(find, f"events.{name}", lambda row: count(protocol, row)),
            *further,
        )
    definition = find("events.definition")
    unknown = [
        label
        for name, label in UNRECORDED
        if any(
            (r := find(f"events.{name}.{a.id}")) and r.estimate for a in protocol.arms
        )
    ]
    note = sentence(str(definition.note)) if definition and definition.note else ""
    if unknown:
        note += f" Not recorded for at least one event: {', '.join(unknown)}."
    made = table.made("synopsis-safety", "Synopsis of safety", f"{note} –: not known.")
    return replace(made, population=first.population)


def safety_words(protocol: Protocol, data: TrialData, results: Results) -> str:
    """Adverse events, serious adverse events and deaths, each true of these data."""
    if not collected(data, "events"):
        text = "Adverse events: not collected, or not provided"
        return f"Safety. {text}. Deaths: {_deaths(data)}."
    serious = data.events["serious"]
    if serious.isna().any():
        unknown = f"seriousness is not recorded for {int(serious.isna().sum())} events"
        words = f"{int(serious.eq(True).sum())} recorded; {unknown}"
    else:
        people = data.events.loc[serious.eq(True), "participant"].nunique()
        words = _people(people) if people else "none recorded"
    every = data.events["participant"].nunique()
    return (
        f"Safety. Adverse events: recorded for {_people(every)}. Serious adverse "
        f"events: {words}. Deaths: {_deaths(data)}."
    )


def _deaths(data: TrialData) -> str:
    """Deaths among dispositions and outcomes of events; *not known* without both."""
    left = data.dispositions
    died = set(left.loc[left["milestone"].eq("death"), "participant"])
    outcome = data.events["outcome"].fillna("").str.contains(DEATH, case=False)
    died |= set(data.events.loc[outcome.astype(bool), "participant"])
    if died:
        return _people(len(died))
    for table in ("dispositions", "events"):
        if not collected(data, table):
            return f"not known: {NOT_COLLECTED[table]}"
    return "none recorded"


def _people(count: int) -> str:
    return plural(count, "participant")
