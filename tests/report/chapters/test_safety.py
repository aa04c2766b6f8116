"""What the chapter holds, and in which order."""

from __future__ import annotations

from dataclasses import replace

from equipoise.analyze.run import analyze
from equipoise.report.blocks import Figure, Paragraph, Table, TextTable, with_numbers
from equipoise.report.chapters.safety import safety
from tests.analyze.feder import feder
from tests.analyze.safety.safety_trial import event, trial, trial_data
from tests.report.made import results

WANTED = [
    "adverse-events-overview",
    "adverse-event-rates",
    "adverse-events",
    "adverse-events-by-severity",
    "adverse-events-by-infusion",
    "side_effects-trend",
    "side_effects-by-infusion",
    "vital-signs-values",
    "vital-signs",
    "vital-signs-extremes",
    "vital-signs-marked",
    "vital-signs-shift",
    "rules-broken",
    "dissociation",
    "dissociation-trend",
    "dissociation-course",
    "collected-bprs_positive-infusions",
    "collected-ymrs-infusions",
    "collected-moaas-infusions",
]


def test_tables_and_figures_in_their_order_and_numbers_of_ich_e3() -> None:
    chapter = replace(safety(feder(), results(), dummy=False), tables="14.3")
    (section,) = with_numbers([chapter])
    found = [getattr(block, "name", "") for block in section.blocks]
    assert [name for name in dict.fromkeys(found) if name] == WANTED
    numbers = [block.number for block in section.blocks
               if isinstance(block, Table | Figure)]  # fmt: skip
    assert all(number.startswith("14.3.") for number in numbers)
    assert [n[:6] for n in numbers] == sorted(n[:6] for n in numbers)


def test_no_serious_event_is_said_in_words() -> None:
    section = safety(feder(), results(), dummy=False)
    said = [getattr(block, "text", "") for block in section.blocks]
    assert "No death and no serious adverse event was recorded." in said


def test_serious_events_and_narratives_have_the_numbers_of_their_kind() -> None:
    data = trial_data(events=[event("A1", "syncope", 1, serious=True)])
    section = safety(trial(), analyze(trial(), data), dummy=False)
    (numbered,) = with_numbers([section])
    listings = [b for b in numbered.blocks if isinstance(b, TextTable)]
    assert [(b.name, b.number) for b in listings] == [
        ("serious-events", "14.3.2.1"),
        ("narratives", "14.3.3.1"),
    ]


def test_a_trial_without_any_safety_data_says_so_and_has_no_number() -> None:
    data = trial_data(infusions=[], milestones=[])
    section = safety(trial(), analyze(trial(), data), dummy=False)
    assert all(isinstance(block, Paragraph) for block in section.blocks)
    said = " ".join(getattr(block, "text", "") for block in section.blocks)
    assert "none were collected or none were provided" in said
    assert "Deaths: not recorded" in said
    assert "the data hold no vital signs" in said
    assert "0/" not in said


def test_results_without_estimates_make_no_table() -> None:
    none = replace(results(), estimates=(), listings=())
    section = safety(feder(), none, dummy=False)
    assert not [b for b in section.blocks if isinstance(b, Table | TextTable)]
