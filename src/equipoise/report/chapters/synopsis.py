"""The synopsis on one page, with results: ICH E3 section 2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from equipoise.analyze.result import Results
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.by_arm import ArmTable, Cells, Column
from equipoise.report.cells import (
    Cell,
    ci,
    decimals,
    in_sentence,
    lowered,
    number,
    sentence_case,
)
from equipoise.report.chapters.methods import condition_words
from equipoise.report.chapters.participants import counted_as, entered
from equipoise.report.content import (
    Block,
    Lookup,
    Paragraph,
    Section,
    Table,
    TextTable,
    counted,
    interval,
)
from equipoise.report.sentence import headline

SHOWN = ("primary", "key secondary")
DEATH = r"\b(?:death|died|fatal)\b"


def synopsis(protocol: Protocol, data: TrialData, results: Results) -> Section:
    """Objective, design, population, interventions, numbers, results and safety."""
    primary = primary_endpoint(protocol)
    found = [_results(protocol, results, primary)]
    blocks: list[Block] = [
        Paragraph(headline(protocol, results), results[primary.id].id, "headline"),
        _trial(protocol, primary),
        *found,
        Paragraph(safety_words(protocol, data, results)),
    ]
    return Section("synopsis", "2", "Synopsis", "", tuple(blocks))


def primary_endpoint(protocol: Protocol) -> Endpoint:
    """The first endpoint of level primary."""
    return next(e for e in protocol.endpoints if e.level == "primary")


def _trial(protocol: Protocol, primary: Endpoint) -> TextTable:
    trial, pair = protocol.trial, primary.estimand.treatment
    arm, versus = (in_sentence(protocol, a) for a in (pair.arm, pair.versus))
    known = {part.id: part.label for part in protocol.interventions}
    given = "; ".join(
        f"{arm.label}: {known.get(arm.intervention or '', 'no intervention is stated')}"
        for arm in protocol.arms
    )
    label = lowered(primary.label)
    rows = (
        ("Objective", f"To compare {arm} with {versus}. Primary endpoint: {label}"),
        ("Design", f"{sentence_case(trial.design)}; {condition_words(protocol)}"),
        ("Population", sentence_case(trial.condition)),
        ("Interventions", given),
    )
    return TextTable(
        "synopsis-trial",
        "Synopsis of the trial",
        ("Element", "Description"),
        rows,
        kind="Table",
    )


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
    made = table.made("synopsis-results", "Synopsis of the results", note)
    return replace(made, population=primary.estimand.population)


def shown(protocol: Protocol) -> tuple[Endpoint, ...]:
    """Endpoints of the synopsis: primary, key secondary, responders, adverse events."""
    pair = primary_endpoint(protocol).estimand.treatment
    binary = [e for e in protocol.endpoints if e.type == "binary"][:1]
    return tuple(
        e
        for e in protocol.endpoints
        if (e.level in SHOWN or e.type == "incidence" or e in binary)
        and e.type in ("continuous", "binary", "incidence", "time-to-event")
        and e.estimand.treatment == pair
    )


def _row(
    table: ArmTable, protocol: Protocol, results: Results, endpoint: Endpoint
) -> None:
    find, known = Lookup(results), decimals(protocol)
    answer = results[endpoint.id]
    label = sentence_case(endpoint.label)
    if endpoint.type == "continuous":

        def mean(arm: str) -> Cells:
            row = find(f"{endpoint.id}.ls-mean.{answer.visit}.{arm}")
            return interval(row, known.score)

        percent = endpoint.variable.measure == "percent-change"
        unit = "percentage points" if percent else "points"
        size = find(f"{endpoint.id}.effect-size-t.{answer.visit}")
        table.row(
            f"{label}, adjusted mean ({ci(endpoint.analysis.level)}), {unit}",
            mean,
            interval(answer, known.score),
            (number(answer, "p"),),
            interval(size, known.error),
        )
    elif endpoint.type == "time-to-event":
        ratio, test = (find(f"{endpoint.id}.{k}") for k in ("hazard-ratio", "log-rank"))
        table.row(
            f"{label}, median (CI), days; hazard ratio",
            lambda arm: interval(find(f"{endpoint.id}.median.{arm}"), known.days),
            interval(ratio, known.ratio),
            (number(test, "p"),),
            (Cell(""),),
        )
    else:
        table.row(
            f"{label}, n/N (%); risk difference, percentage points",
            lambda arm: counted(find(f"{endpoint.id}.count.{arm}")),
            interval(answer, known.difference, 100),
            (number(answer, "p"),),
            (Cell(""),),
        )


def _notes(protocol: Protocol) -> Iterator[str]:
    pair = primary_endpoint(protocol).estimand.treatment
    arm, versus = (in_sentence(protocol, a) for a in (pair.arm, pair.versus))
    yield f"Comparison: {arm} minus {versus}."
    if any(e.type == "continuous" for e in shown(protocol)):
        yield "d: 2t/√df, with the sign of the difference."
    if any(e.type == "binary" for e in shown(protocol)):
        yield "P of proportions: Fisher's exact test."
    yield "–: not known or cannot be estimated."


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
    return f"{count} participant{'' if count == 1 else 's'}"
