"""What stands on the title page, at the top of every page and under every table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from equipoise.analyze.result import Provenance, Results
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol
from equipoise.report.cells import sentence_case
from equipoise.report.chapters.participants import set_label
from equipoise.report.content import (
    Block,
    Bullets,
    Figure,
    Lookup,
    Paragraph,
    Section,
    Table,
    TextTable,
)

VIRTUAL = (
    "Virtual participants: nobody in this report is real. Nothing in it is evidence."
)
RUNNING_VIRTUAL = "Virtual participants: simulated data, not evidence"
DUMMY = (
    "Dummy allocation: arms were shuffled to rehearse the analysis while the trial is "
    "blind. No number compares treatments."
)
RUNNING_DUMMY = "Dummy allocation: no number compares treatments"
LAST_DATE, NO_DATES = "Last date in the data", "not recorded"


def banners(known: Provenance) -> tuple[str, ...]:
    """What must be read before anything else."""
    texts = [DUMMY] if known.allocation == "dummy" else []
    texts += [VIRTUAL] if known.virtual else []
    texts += [f"Problems in the data that were accepted: {t}" for t in known.accepted]
    return tuple(texts)


def running(known: Provenance) -> str:
    """The line on every page that says what the numbers are not; empty for none."""
    texts = [RUNNING_DUMMY] if known.allocation == "dummy" else []
    texts += [RUNNING_VIRTUAL] if known.virtual else []
    return " · ".join(texts)


def data_date(data: TrialData) -> str:
    """The last date recorded in the data, as ``2021-03-29``; empty where none is.

    Days of visits and milestones count as dates for a participant with a dated infusion
    at a visit with a day: a file of dates may have been read as days.
    """
    lasts = [
        frame[column].max()
        for _, frame in data.tables()
        for column in frame.select_dtypes("datetime").columns
        if frame[column].notna().any()
    ]
    lasts += _counted_days(data)
    return max(lasts).strftime("%Y-%m-%d") if lasts else ""


def _counted_days(data: TrialData) -> list[pd.Timestamp]:
    """Last recorded day of each participant, as a date counted from dated infusions."""
    keys = ["participant", "visit"]
    given = data.exposures.merge(data.visits[[*keys, "actual_day"]], on=keys)
    given = given.dropna(subset=["started_at", "actual_day"])
    elapsed = pd.to_timedelta(given["actual_day"].astype(float), unit="D")
    day0 = given.assign(day0=given["started_at"].dt.normalize() - elapsed)
    start = day0.groupby("participant")["day0"].max()
    days = pd.concat(
        [
            data.visits[["participant", "actual_day"]].set_axis(["who", "day"], axis=1),
            data.dispositions[["participant", "day"]].set_axis(["who", "day"], axis=1),
        ]
    ).dropna()
    last = days.astype({"day": float}).groupby("who")["day"].max()
    dates = start + pd.to_timedelta(last.reindex(start.index), unit="D")
    return list(dates.dropna())


def trial_dates(data: TrialData) -> TextTable | None:
    """First and last randomization and the last date recorded; None without dates."""
    people = data.participants
    rows: list[tuple[str, str]] = []
    for column, what in (
        ("consented_at", "consented"),
        ("randomized_at", "randomized"),
    ):
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
    files = ", ".join(data.origin.files)
    rows: list[tuple[str, str | None]] = [
        ("Registration", trial.registry or "not stated in the protocol"),
        ("Protocol", f"{trial.label}, version {trial.version}"),
        ("Source of the protocol", sentence_case(trial.reference)),
        ("Sponsor", trial.sponsor or "not stated in the protocol"),
        ("Phase", trial.phase or "not stated in the protocol"),
        ("Condition", sentence_case(trial.condition)),
        ("Design", sentence_case(trial.design)),
        ("Data", "simulated" if known.virtual else files or None),
        (LAST_DATE, data_date(data) or NO_DATES),
        ("Allocation", "dummy (shuffled)" if known.allocation == "dummy" else "actual"),
        ("Software", known.software),
    ]
    return tuple((term, text) for term, text in rows if text is not None)


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
        *([("In the source, not reported", ignored)] if ignored else []),
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


def captioned(
    sections: tuple[Section, ...], protocol: Protocol, results: Results, date: str
) -> tuple[Section, ...]:
    """The sections with the subtitle and the source of every block of results."""
    software = results.provenance.software
    when = f"last date in the data: {date or NO_DATES}"

    def caption(block: Block) -> Block:
        if isinstance(block, Paragraph | Bullets):
            return block
        under = block.subtitle or subtitle(block.population, protocol, results)
        return replace(block, subtitle=under, source=block.source or _source(block))

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
        replace(part, blocks=tuple(caption(block) for block in part.blocks))
        for part in sections
    )


def blocks(sections: tuple[Section, ...]) -> Iterator[Table | Figure | TextTable]:
    """Every table, figure and listing, numbered or not."""
    for section in sections:
        for block in section.blocks:
            if not isinstance(block, Paragraph | Bullets):
                yield block
