"""Blocks go to the sections of ICH E3, in the order in which they came."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipoise.report.blocks import Paragraph, Section, Table, TextTable
from equipoise.report.structure import (
    PLACE_OF_GROUP,
    RESULTS,
    chosen,
    numbers,
    results_sections,
    without_empty,
)

TABLE = Table("x", "X", ("",), ())


def named(name: str, group: str = "") -> Table:
    return replace(TABLE, name=name, group=group)


def place_of(chapter: str, *blocks: object) -> dict[str, list[str]]:
    section = Section(chapter, "", "", "", tuple(blocks))  # type: ignore[arg-type]
    found = results_sections({chapter: section}, {})
    return {
        s.place: [getattr(b, "name", getattr(b, "text", "")) for b in s.blocks]
        for s in found
        if s.blocks
    }


@pytest.mark.parametrize(
    ("chapter", "name", "place"),
    [
        ("participants", "participant-flow", "10.1"),
        ("participants", "deviations", "10.2"),
        ("participants", "analysis-sets", "11.1"),
        ("participants", "baseline", "11.2"),
        ("participants", "exposure", "11.3"),
        ("participants", "infusions", "12.1"),
        ("efficacy", "continuous", "11.4.1"),
        ("efficacy", "sensitivity", "11.4.2.2"),
        ("efficacy", "multiplicity", "11.4.2.5"),
        ("efficacy", "caps5_change-subgroups", "11.4.2.8"),
        ("blinding", "blind_rater-bang", "11.4.2.9"),
        ("safety", "adverse-events-overview", "12.2.1"),
        ("safety", "adverse-events", "12.2.2"),
        ("safety", "adverse-event-rates", "12.2.3"),
        ("safety", "side_effects-trend", "12.2.3"),
        ("safety", "narratives", "12.3"),
        ("safety", "vital-signs-shift", "12.5"),
    ],
)
def test_a_block_goes_to_its_section_by_its_name(
    chapter: str, name: str, place: str
) -> None:
    assert place_of(chapter, named(name)) == {place: [name]}


@pytest.mark.parametrize(("group", "place"), PLACE_OF_GROUP.items())
def test_a_number_group_goes_before_a_name(group: str, place: str) -> None:
    assert place_of("safety", named("anything", group)) == {place: ["anything"]}


def test_a_text_stays_with_the_block_before_it() -> None:
    found = place_of(
        "participants", named("deviations"), Paragraph("A note."), named("baseline")
    )
    assert found == {"10.2": ["deviations", "A note."], "11.2": ["baseline"]}


def test_a_text_about_deaths_stands_with_the_serious_events() -> None:
    found = place_of("safety", named("adverse-events"), Paragraph("No death."))
    assert found["12.3"] == ["No death."]


def test_a_chapter_of_several_sections_is_taken_as_it_is() -> None:
    parts = (
        Section("a", "12.2", "A", "", (named("one"),)),
        Section("b", "12.2.1", "B", "14.3.1", (named("two"),)),
    )
    found = results_sections({"safety": parts}, {})
    assert [s.place for s in found] == ["12", "12.2", "12.2.1"]


def test_absent_data_are_said_where_the_reader_looks() -> None:
    found = results_sections({"safety": None}, {"12.2": "The data hold no events."})
    (section,) = (s for s in found if s.place == "12.2")
    assert section.blocks == (Paragraph("The data hold no events.", kind="absent"),)


def test_a_section_without_anything_below_is_left_out() -> None:
    empty = Section("a", "12", "A", "", ())
    below = Section("b", "12.10", "B", "", (TABLE,))
    other = Section("c", "1", "C", "", ())
    assert without_empty([empty, below, other]) == (empty, below)


def test_places_are_in_order_and_unique() -> None:
    places = [place for _, place, _, _ in RESULTS]
    assert places == sorted(set(places), key=numbers)


SECTIONS = (
    Section("synopsis", "2", "S", "", (TABLE,)),
    Section("safety", "12", "S", "", ()),
    Section("events", "12.2", "E", "", (named("adverse"), named("other"))),
    Section("vitals", "12.5", "V", "", (named("vital"),)),
)


def test_chosen_sections_bring_those_below_them_in_the_order_of_the_option() -> None:
    found = chosen(SECTIONS, ("safety", "synopsis"), ())
    assert [s.id for s in found] == ["safety", "events", "vitals", "synopsis"]
    assert chosen(SECTIONS, (), ()) == SECTIONS


def test_what_is_left_out_is_gone_with_what_was_below_it() -> None:
    assert [s.id for s in chosen(SECTIONS, (), ("safety",))] == ["synopsis"]
    found = chosen(SECTIONS, (), ("adverse", "vital"))
    assert [s.id for s in found] == ["synopsis", "safety", "events"]
    listing = TextTable("adverse", "L", ("a",), ())
    (kept,) = chosen([replace(SECTIONS[0], blocks=(listing, TABLE))], (), ("adverse",))
    assert kept.blocks == (TABLE,)


# ICH E3, sections 14.1 (demographic data), 14.2 (efficacy), 14.3 (safety) and 16.2.
GROUPS = {
    "10": "14.1",
    "11": "14.2",
    "11.1": "14.1",
    "11.2": "14.1",
    "11.3": "14.1",
    "12": "14.3.1",
    "12.1": "14.1",
    "12.2.4": "16.2.7",
    "12.3": "14.3.2",
    "12.4": "14.3.4",
    "12.5": "14.3.5",
}


@pytest.mark.parametrize("section", RESULTS, ids=lambda section: section[1])
def test_displays_of_a_section_are_numbered_in_its_group(
    section: tuple[str, str, str, str],
) -> None:
    """Also of a section without a display in any of our reports."""
    place = section[1]
    while place not in GROUPS:
        place = place.rpartition(".")[0]
    assert section[3] == GROUPS[place]
