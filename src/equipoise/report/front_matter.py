"""Front matter: title page, banners, running header, source line of each table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from equipoise.analyze.result import Provenance, Results
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import (
    Block,
    Bullets,
    Figure,
    Lookup,
    Paragraph,
    Section,
    Table,
    TextTable,
)
from equipoise.report.chapters.participants import population_line, set_label
from equipoise.report.dates import data_date
from equipoise.report.table_cells import sentence_case

VIRTUAL = (
    "Simulated participants: no participant in this report is real. Nothing in it is "
    "evidence."
)
RUNNING_VIRTUAL = "Simulated participants: not evidence"
DUMMY = (
    "Dummy allocation: arms were shuffled for a dry run of the analysis while the trial "
    "is blinded. No number compares treatments."
)
SIMULATED = "Simulated data: no real participants"
SHUFFLED = "Shuffled for a dry run of the analysis: not the allocation of the trial"
FLOW = "participant-flow"
ENTERED = (("consented_at", "consented"), ("randomized_at", "randomized"))
RUNNING_DUMMY = "Dummy allocation: no number compares treatments"
READING = "How the source data were read"
LAST_DATE, NO_DATES = "Last date in the data", "not recorded"


def banners(known: Provenance) -> tuple[str, ...]:
    """What must be read before anything else."""
    texts = [DUMMY] if known.allocation == "dummy" else []
    texts += [VIRTUAL] if known.virtual else []
    texts += [f"Accepted problems in the data: {t}" for t in known.accepted]
    if known.corrections:
        texts.append(
            f"Corrected values in the source data: {len(known.corrections)}, listed under "
            "Provenance"
        )
    return tuple(texts)


def running(known: Provenance) -> str:
    """The line on every page that says what the numbers are not; empty for none."""
    texts = [RUNNING_DUMMY] if known.allocation == "dummy" else []
    texts += [RUNNING_VIRTUAL] if known.virtual else []
    return " · ".join(texts)


def trial_dates(data: TrialData) -> TextTable | None:
    """First and last randomization and the last date recorded; None without dates."""
    people = data.participants
    rows: list[tuple[str, str]] = []
    for column, what in ENTERED:
        days = people[column].dropna()
        if len(days):
            rows.append((f"First participant {what}", f"{days.min():%Y-%m-%d}"))
            rows.append((f"Last participant {what}", f"{days.max():%Y-%m-%d}"))
    last = data_date(data)
    if not rows or not last:
        return None
    rows.append((LAST_DATE, last))
    return TextTable(
        "trial-dates",
        "Dates of the trial",
        ("Event", "Date"),
        tuple(rows),
        kind="Table",
    )


def title_page(
    protocol: Protocol, results: Results, data: TrialData
) -> tuple[tuple[str, str], ...]:
    """What ICH E3 section 1 asks for, as far as protocol and data have it."""
    trial, known = protocol.trial, results.provenance
    rows: list[tuple[str, str | None]] = [
        ("Registration", trial.registry or "not specified in the protocol"),
        ("Protocol", f"{trial.label}, version {trial.version}"),
        ("Source of the protocol", sentence_case(trial.reference)),
        ("Sponsor", trial.sponsor or "not specified in the protocol"),
        ("Phase", trial.phase or "not specified in the protocol"),
        ("Condition", sentence_case(trial.condition)),
        ("Design", sentence_case(trial.design)),
        *_first_dates(data),
        (LAST_DATE, data_date(data) or NO_DATES),
        ("Data", SIMULATED if known.virtual else ", ".join(data.origin.files) or None),
        ("Allocation", SHUFFLED if known.allocation == "dummy" else None),
    ]
    return tuple((term, text) for term, text in rows if text is not None)


def _first_dates(data: TrialData) -> Iterator[tuple[str, str]]:
    """When the trial started: first consent and first randomization, if recorded."""
    for column, what in ENTERED:
        days = data.participants[column].dropna()
        if len(days):
            yield f"First participant {what}", f"{days.min():%Y-%m-%d}"


def facts(known: Provenance, data: TrialData) -> tuple[tuple[str, str], ...]:
    """Provenance: what the report was made from, to repeat it."""
    version = f"{known.protocol} {known.protocol_version}"
    ignored = "; ".join(data.origin.not_read)
    return (
        ("Protocol", f"{version}, SHA-256 {known.protocol_hash}"),
        ("Data", f"SHA-256 {known.data_hash}"),
        (LAST_DATE, data_date(data) or NO_DATES),
        ("Software", known.software),
        ("Seed", "none" if known.seed is None else str(known.seed)),
        ("Allocation", known.allocation),
        *([(READING, " ".join(data.origin.reading))] if data.origin.reading else []),
        *((f"Correction {n}", text) for n, text in enumerate(known.corrections, 1)),
        *([("In the source data, not reported", ignored)] if ignored else []),
    )


def set_size(results: Results, population: str) -> int | None:
    """Participants of an analysis set, over all arms; None where it is not known."""
    rows = [row for row in results if row.id.startswith(f"sets.{population}.")]
    counts = [row.estimate for row in rows]
    if not counts or any(count is None for count in counts):
        return None
    return int(sum(count for count in counts if count is not None))


def subtitle(population: str, protocol: Protocol, results: Results) -> str:
    """``All randomized participants, N = 30``; empty for no analysis set."""
    find = Lookup(results)
    labels = {part.id: set_label(find, part) for part in protocol.analysis_sets}
    if population not in labels:
        return ""
    size = set_size(results, population)
    return f"{labels[population]}{'' if size is None else f', N = {size}'}"


def _of_figure(
    part: Section, figure: Figure, protocol: Protocol, under: Callable[[str], str]
) -> str:
    """Participants of a figure: those of its endpoint, else of the table before it."""
    if figure.name == FLOW:
        return "Participants assessed for eligibility or randomized"
    ids = [e for e in protocol.endpoints if figure.name.startswith(f"{e.id}-")]
    if ids:
        longest = max(ids, key=lambda endpoint: len(endpoint.id))
        return under(longest.estimand.population)
    before = part.blocks[: part.blocks.index(figure)]
    tables = [block for block in before if isinstance(block, Table)]
    if not tables:
        return ""
    own = tables[-1].subtitle
    return own or under(tables[-1].population)


def captioned(
    sections: tuple[Section, ...], protocol: Protocol, results: Results, date: str
) -> tuple[Section, ...]:
    """The sections with the subtitle and the source of every block of results."""
    software = results.provenance.software
    under = cache(lambda population: subtitle(population, protocol, results))
    when = f"last date in the data: {date or NO_DATES}"

    def caption(part: Section, block: Block) -> Block:
        if isinstance(block, Paragraph | Bullets):
            return block
        whom = block.subtitle or line(part, block)
        return replace(block, subtitle=whom, source=block.source or _source(block))

    def line(part: Section, block: Table | Figure | TextTable) -> str:
        if block.population:
            return under(block.population)
        if isinstance(block, Figure):
            return _of_figure(part, block, protocol, under)
        if isinstance(block, TextTable) and block.kind == "Listing":
            return population_line(Lookup(results))
        return ""

    def _source(block: Table | Figure | TextTable) -> str:
        if isinstance(block, TextTable) and block.kind != "Listing":
            return ""
        where = {
            Table: f"results.json, tables/{block.name}.csv",
            Figure: f"results.json, figures/{block.name}.csv",
            TextTable: f"listings/{block.name}.csv",
        }[type(block)]
        return f"Source: {where}; {when}; {software}."

    return tuple(
        replace(part, blocks=tuple(caption(part, block) for block in part.blocks))
        for part in sections
    )


def blocks(sections: tuple[Section, ...]) -> Iterator[Table | Figure | TextTable]:
    """Every table, figure and listing, numbered or not."""
    for section in sections:
        for block in section.blocks:
            if not isinstance(block, Paragraph | Bullets):
                yield block
