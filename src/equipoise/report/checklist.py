"""The CONSORT 2025 checklist: each item, and where in this report it is covered.

A pointer leads to a section or a block that is in the report and is not empty; all
other items are *to be written by the authors*. An empty table, a listing without rows and
a sentence that something was not collected do not count.

Source: Hopewell et al. 2025, CONSORT 2025 statement, BMJ 389:e081123. The topics are
named in our own words; the statement has the full wording.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import (
    Block,
    Bullets,
    Figure,
    Paragraph,
    Section,
    Table,
    TextTable,
    anchor,
    label,
)

AUTHORS = "to be written by the authors"
NOT_REPORTED = "not reported"
TITLE, REGISTRY, PROTOCOL = "title", "registry", "protocol"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the checklist.

    Attributes:
        anchors: of sections and blocks; every one that the report has is named.
        rest: part of the item that the authors must write.
        without: where no anchor is in the report.
        needs: table of the data without which the report cannot cover the item,
            whatever else is in the section.
        partly: sections and blocks that cover a part of the item without that table.
    """

    number: str
    topic: str
    anchors: tuple[str, ...] = ()
    rest: str = ""
    without: str = AUTHORS
    needs: str = ""
    partly: tuple[str, ...] = ()


ITEMS: tuple[Item, ...] = (
    Item("1a", "Identified as a randomized trial in the title", (TITLE,)),
    Item("1b", "Structured summary", ("synopsis",)),
    Item("2", "Trial registration", (REGISTRY,)),
    Item(
        "3",
        "Where protocol and analysis plan can be found",
        ("plan", "statistical-methods", PROTOCOL),
        "where they can be accessed",
    ),
    Item("4", "Data sharing"),
    Item("5a", "Funding and other support"),
    Item("5b", "Conflicts of interest"),
    Item("6", "Background and rationale"),
    Item("7", "Objectives, benefits and harms", ("synopsis-trial", "estimands")),
    Item("8", "Patient and public involvement"),
    Item("9", "Trial design", ("design",)),
    Item(
        "10",
        "Changes after the trial started",
        ("protocol-changes",),
        "amendments and changes",
    ),
    Item("11", "Settings and locations"),
    Item(
        "12a",
        "Eligibility criteria of participants",
        ("inclusion-criteria", "exclusion-criteria"),
    ),
    Item("12b", "Eligibility criteria of sites and providers"),
    Item("13", "Intervention and comparator", ("treatments-administered",)),
    Item("14", "Outcomes and their analysis", ("assessments", "estimands", "analyses")),
    Item(
        "15",
        "How harms were defined and assessed",
        ("safety-assessments",),
        "how harms were elicited",
        without=NOT_REPORTED,
        needs="events",
    ),
    Item("16a", "How the sample size was determined", ("sample-size",)),
    Item("16b", "Interim analyses and stopping", ("interim-analyses",)),
    Item(
        "17a",
        "Sequence generation: who and how",
        ("randomization",),
        "who generated the sequence",
    ),
    Item("17b", "Type of randomization and restriction", ("randomization",)),
    Item(
        "18",
        "Allocation concealment",
        ("randomization",),
        "how the allocation was concealed",
    ),
    Item(
        "19",
        "Implementation: access to the sequence",
        ("randomization",),
        "who enrolled and who assigned participants",
    ),
    Item("20a", "Who was blinded", ("blinding-procedures",)),
    Item(
        "20b",
        "How blinding was achieved",
        ("blinding-procedures",),
        "similarity of the interventions",
    ),
    Item("21a", "Statistical methods, harms included", ("statistical-plan",)),
    Item(
        "21b",
        "Who is in each analysis, and in which group",
        ("analysis-set-definitions", "analysis-sets"),
    ),
    Item(
        "21c",
        "How missing data were handled",
        ("statistical-plan", "missing-data", "sensitivity-analyses"),
    ),
    Item(
        "21d",
        "Additional analyses, planned or post hoc",
        ("sensitivity-analyses", "subgroup-analyses"),
        without="no further analysis is planned in the protocol",
    ),
    Item("22a", "Flow of participants", ("figure-participant-flow",)),
    Item(
        "22b",
        "Losses and exclusions with reasons",
        ("figure-participant-flow", "disposition", "listing-discontinued"),
        without=NOT_REPORTED,
        needs="dispositions",
        partly=("disposition",),
    ),
    Item("23a", "Dates of recruitment and follow-up", ("trial-dates",)),
    Item("23b", "Why the trial ended or was stopped"),
    Item(
        "24a",
        "Intervention as administered, adherence",
        ("compliance", "extent-of-exposure"),
        without=NOT_REPORTED,
        needs="exposures",
    ),
    Item(
        "24b",
        "Concomitant care",
        ("concomitant-therapy",),
        "care during the trial",
    ),
    Item("25", "Baseline data", ("baseline-characteristics",)),
    Item(
        "26",
        "Numbers analyzed, outcomes and estimation",
        ("data-sets", "efficacy-analysis"),
    ),
    Item(
        "27",
        "All harms or unintended events",
        ("adverse-events-results", "serious-events-results", "listing-adverse-events"),
        without=NOT_REPORTED,
        needs="events",
    ),
    Item(
        "28",
        "Ancillary analyses",
        ("sensitivity", "response-measures", "subgroups", "blinding"),
        without=NOT_REPORTED,
    ),
    Item("29", "Interpretation"),
    Item("30", "Limitations"),
)


def checklist(
    protocol: Protocol, data: TrialData, sections: Sequence[Section]
) -> Section:
    """The checklist for these sections, as the last section of the report."""
    names = evidence(sections) | _front(protocol)
    rows = tuple((i.number, i.topic, _where(i, data, names)) for i in ITEMS)
    table = TextTable(
        "consort",
        "CONSORT 2025: where each item is covered",
        ("Item", "Topic", "Where"),
        rows,
        "Topics in short; the statement has the full wording (Hopewell et al. 2025, BMJ "
        "389:e081123). Not reported: not collected, or not in this report.",
        kind="Table",
    )
    return Section("checklist", "", "CONSORT 2025 checklist", "", (table,))


def pointers(
    data: TrialData, sections: Sequence[Section]
) -> dict[str, tuple[str, ...]]:
    """Anchors that each item of the checklist points to, by its number."""
    names = evidence(sections)
    return {item.number: _anchors(item, data, names) for item in ITEMS}


def _anchors(item: Item, data: TrialData, names: Mapping[str, str]) -> tuple[str, ...]:
    wanted = item.anchors
    if item.needs and not collected(data, item.needs):
        wanted = item.partly
    return tuple(name for name in wanted if name in names)


def evidence(sections: Sequence[Section]) -> dict[str, str]:
    """Anchor of everything in the report that is not empty -> how it is referred to."""
    names: dict[str, str] = {}
    for section in sections:
        full = [block for block in section.blocks if shows(block)]
        if full:
            names[section.id] = section.heading
            for part in sections:  # a section is covered by those below it
                if part.place and section.place.startswith(f"{part.place}."):
                    names[part.id] = part.heading
        for block in full:
            if isinstance(block, Table | Figure | TextTable):
                names[anchor(block)] = label(block) or section.heading
    return names


def shows(block: Block) -> bool:
    """Whether a block has content about the trial, and not only that nothing is known."""
    if isinstance(block, Paragraph):
        text = block.text.lower()
        absent = block.kind == "absent" or any(
            t in text for t in NOT_COLLECTED.values()
        )
        return bool(text) and not absent
    if isinstance(block, Bullets):
        return bool(block.items)
    if isinstance(block, Figure):
        return True
    if isinstance(block, TextTable):
        return bool(block.rows or block.filed)
    texts = ("".join(c.text for c in cell) for _, cells in block.rows for cell in cells)
    return any(character.isdigit() for text in texts for character in text)


def _front(protocol: Protocol) -> dict[str, str]:
    """What the title page and the provenance cover."""
    trial = protocol.trial
    version = f"Provenance (protocol version {trial.version}, SHA-256)"
    names = {PROTOCOL: version}
    if "random" in trial.title.lower():
        names[TITLE] = "Title page"
    if trial.registry:
        names[REGISTRY] = f"Title page ({trial.registry})"
    return names


def _where(item: Item, data: TrialData, names: Mapping[str, str]) -> str:
    found = [names[name] for name in _anchors(item, data, names)]
    if not found:
        return item.without
    rest = f" ({item.rest}: {AUTHORS})" if item.rest else ""
    if item.needs and not collected(data, item.needs):
        rest = f" (in part: {NOT_COLLECTED[item.needs]})"
    return f"{'; '.join(dict.fromkeys(found))}{rest}"
