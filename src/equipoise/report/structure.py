"""Structure of the report: sections of ICH E3 and the chapters that fill them.

Chapters are functions that return one ``Section`` or several. The blocks of one section
are distributed by their number group and their name; several sections are taken as they
are. Source: ICH E3 (1995), sections 10 to 12 and 16. ICH E3 ends its list of safety
displays with 14.3.4; vital signs (14.3.5) and acute effects and other safety instruments
(14.3.6) continue it, as is usual.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from equipoise.report.blocks import Block, Bullets, Paragraph, Section

Chapter = Section | tuple[Section, ...] | None

# id, place, title, number group of tables
RESULTS: tuple[tuple[str, str, str, str], ...] = (
    ("participants", "10", "Study participants", "14.1"),
    ("participant-disposition", "10.1", "Disposition of participants", "14.1"),
    ("protocol-deviations", "10.2", "Protocol deviations", "14.1"),
    ("efficacy", "11", "Efficacy evaluation", "14.2"),
    ("data-sets", "11.1", "Data sets analyzed", "14.1"),
    (
        "baseline-characteristics",
        "11.2",
        "Demographic and other baseline characteristics",
        "14.1",
    ),
    ("compliance", "11.3", "Measurements of treatment compliance", "14.1"),
    ("efficacy-results", "11.4", "Efficacy results", "14.2"),
    ("efficacy-analysis", "11.4.1", "Analysis of efficacy", "14.2"),
    ("statistical-issues", "11.4.2", "Statistical and analytical issues", "14.2"),
    ("covariates", "11.4.2.1", "Adjustments for covariates", "14.2"),
    (
        "missing-data",
        "11.4.2.2",
        "Handling of dropouts or missing data",
        "14.2",
    ),
    (
        "interim-analyses",
        "11.4.2.3",
        "Interim analyses and data monitoring",
        "14.2",
    ),
    ("sites", "11.4.2.4", "Multicenter studies", "14.2"),
    ("multiplicity-results", "11.4.2.5", "Multiplicity", "14.2"),
    ("subgroups", "11.4.2.8", "Examination of subgroups", "14.2"),
    ("blinding", "11.4.2.9", "Assessment of blinding", "14.2"),
    ("responders", "11.4.2.10", "Who benefits", "14.2"),
    ("safety", "12", "Safety evaluation", "14.3.1"),
    ("extent-of-exposure", "12.1", "Extent of exposure", "14.1"),
    ("adverse-events-results", "12.2", "Adverse events", "14.3.1"),
    ("events-summary", "12.2.1", "Brief summary of adverse events", "14.3.1"),
    ("events-display", "12.2.2", "Display of adverse events", "14.3.1"),
    ("events-analysis", "12.2.3", "Analysis of adverse events", "14.3.1"),
    ("events-listing", "12.2.4", "Listing of adverse events by participant", "16.2.7"),
    ("serious-events-results", "12.3", "Deaths and serious adverse events", "14.3.2"),
    ("laboratory", "12.4", "Clinical laboratory evaluation", "14.3.4"),
    (
        "vital-signs-results",
        "12.5",
        "Vital signs and other observations related to safety",
        "14.3.5",
    ),
)
WORDS_OF_SECTION = {  # chapter -> (words of a name, place), the first that matches
    "participants": (
        (("deviation",), "10.2"),
        (("analysis-sets", "sets"), "11.1"),
        (("baseline", "demograph", "history", "medication"), "11.2"),
        (("compliance", "exposure"), "11.3"),
        (("infusions", "dose", "dosing"), "12.1"),
        (("",), "10.1"),
    ),
    "efficacy": (
        (("sensitivity", "tipping", "missing", "imput"), "11.4.2.2"),
        (("interim",), "11.4.2.3"),
        (("multiplicity",), "11.4.2.5"),
        (("subgroup",), "11.4.2.8"),
        (("",), "11.4.1"),
    ),
    "blinding": ((("",), "11.4.2.9"),),
    "responders": ((("",), "11.4.2.10"),),
    "safety": (
        (("serious", "narrative", "death"), "12.3"),
        (("laboratory", "lab-"), "12.4"),
        (("vital", "dissociation", "acute", "course", "instrument"), "12.5"),
        (("overview",), "12.2.1"),
        (("rates", "trend"), "12.2.3"),
        (("",), "12.2.2"),
    ),
}
PLACE_OF_GROUP = {
    "14.3.2": "12.3",
    "14.3.3": "12.3",
    "14.3.4": "12.4",
    "14.3.5": "12.5",
    "14.3.6": "12.5",
}
SERIOUS = ("serious", "death")
LEADING = {"safety": "12.2"}  # chapter -> section of a text in front of its blocks


def unplaced(blocks: Sequence[Block | None]) -> Section:
    """The blocks of a chapter, for ``every_section`` to put each in its place."""
    present = tuple(block for block in blocks if block is not None)
    return Section("", "", "", "", present)


def results_sections(
    chapters: Mapping[str, Chapter], absent: Mapping[str, str]
) -> tuple[Section, ...]:
    """Sections 10 to 12 that have blocks, or a section below them that has.

    Args:
        chapters: as of ``every_section``.
        absent: as of ``every_section``.
    """
    return without_empty(every_section(chapters, absent))


def every_section(
    chapters: Mapping[str, Chapter], absent: Mapping[str, str]
) -> tuple[Section, ...]:
    """Sections 10 to 12 with the blocks of their chapters, the empty ones included.

    Args:
        chapters: id of a chapter (``participants``, ``efficacy``, ``blinding``,
            ``responders``, ``safety``) -> what its function returned.
        absent: place of a section -> sentence that says why nothing is in it.
    """
    filled: dict[str, list[Block]] = {place: [] for _, place, _, _ in RESULTS}
    further: list[Section] = []
    for name, chapter in chapters.items():
        parts = _parts(chapter)
        if isinstance(chapter, Section):
            _distribute(name, chapter, filled)
            continue
        for part in parts:
            if part.place in filled:
                filled[part.place] += part.blocks
            else:
                further.append(part)
    sections = []
    for identifier, place, title, tables in RESULTS:
        blocks = filled[place]
        below = any(filled[p] for p in filled if p.startswith(f"{place}."))
        if not blocks and not below and place in absent:
            blocks = [Paragraph(absent[place], kind="absent")]
        sections.append(Section(identifier, place, title, tables, tuple(blocks)))
    return tuple(sorted([*sections, *further], key=lambda part: numbers(part.place)))


def numbers(place: str) -> tuple[int, ...]:
    """A place as numbers, to sort by."""
    return tuple(int(part) for part in place.split("."))


def without_empty(sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections that have blocks, or a section below them that has."""
    kept = [part for part in sections if part.blocks]
    return tuple(
        part
        for part in sections
        if part.blocks
        or any(part.place and k.place.startswith(f"{part.place}.") for k in kept)
    )


def _parts(chapter: Chapter) -> tuple[Section, ...]:
    if chapter is None:
        return ()
    return (chapter,) if isinstance(chapter, Section) else chapter


def _distribute(name: str, chapter: Section, filled: Mapping[str, list[Block]]) -> None:
    """Each block to its section; a text stays with the block before it."""
    first = next((b for b in chapter.blocks if _named(b)), None)
    place = LEADING.get(name) or WORDS_OF_SECTION[name][-1][1]
    if first is not None and name not in LEADING:
        place = _place(name, first)
    for block in chapter.blocks:
        if isinstance(block, Paragraph | Bullets):
            about = isinstance(block, Paragraph) and any(
                word in block.text.lower() for word in SERIOUS
            )
            where = "12.3" if name == "safety" and about else place
            filled[where].append(block)
            continue
        place = _place(name, block)
        group = block.group or ("" if name != "safety" else _group(place))
        filled[place].append(replace(block, group=group))


def _named(block: Block) -> bool:
    return not isinstance(block, Paragraph | Bullets)


def _place(name: str, block: Block) -> str:
    group = getattr(block, "group", "")
    if group in PLACE_OF_GROUP:
        return PLACE_OF_GROUP[group]
    label = getattr(block, "name", "")
    for words, place in WORDS_OF_SECTION[name]:
        if any(word in label for word in words):
            return place
    raise AssertionError("the last rule of a chapter takes every block")


def _group(place: str) -> str:
    return next((tables for _, at, _, tables in RESULTS if at == place), "")


def chosen(
    sections: Sequence[Section], wanted: Iterable[str], omit: Iterable[str]
) -> tuple[Section, ...]:
    """The sections in the order of ``[report]``, without those that it omits.

    Args:
        sections: in the order of ICH E3.
        wanted: ids of sections; each brings the sections below it. Empty for all.
        omit: ids of sections, names of tables, figures and listings.
    """
    left_out = set(omit)
    kept = [_without(part, left_out) for part in sections if part.id not in left_out]
    kept = [part for part in kept if not _below(part, sections, left_out)]
    order = tuple(wanted)
    if order:
        found = {
            part.id: part
            for name in order
            for part in kept
            if part.id == name or _below(part, sections, {name})
        }
        kept = list(found.values())
    return without_empty(kept)


def _below(part: Section, sections: Sequence[Section], names: set[str]) -> bool:
    return any(
        other.id in names and other.place and part.place.startswith(f"{other.place}.")
        for other in sections
    )


def _without(part: Section, left_out: set[str]) -> Section:
    blocks = tuple(b for b in part.blocks if getattr(b, "name", "") not in left_out)
    return replace(part, blocks=blocks)
