"""Title page, running head, dates, and what stands under a title."""

from __future__ import annotations

from dataclasses import replace

from equipoise.report import front_matter
from equipoise.report.blocks import Figure, Section, Table, TextTable
from equipoise.report.dates import data_date
from tests.report.reports import content, trial


def test_dates_of_the_trial_are_those_of_the_data() -> None:
    _, data, _ = trial("feder2021")
    table = front_matter.trial_dates(data)
    assert table is not None
    rows = dict(table.rows)
    first = data.participants["randomized_at"].min()
    assert rows["First participant randomized"] == f"{first:%Y-%m-%d}"
    assert rows[front_matter.LAST_DATE] == data_date(data)
    assert front_matter.trial_dates(trial("tutorial")[1]) is None


def test_the_title_page_says_what_is_not_known() -> None:
    pages = {n: dict(content(n).title_page) for n in ("feder2021", "tutorial")}
    assert pages["feder2021"]["Sponsor"].startswith("Icahn")
    assert pages["feder2021"]["Data"] == front_matter.SIMULATED
    assert pages["tutorial"]["Sponsor"] == "not specified in the protocol"
    assert pages["tutorial"]["Source of the protocol"] == "Invented for a tutorial"
    assert pages["tutorial"][front_matter.LAST_DATE] == "2026-03-25"


def test_a_dummy_allocation_is_named_first() -> None:
    known = replace(trial("feder2021")[2].provenance, allocation="dummy")
    assert front_matter.banners(known) == (front_matter.DUMMY, front_matter.VIRTUAL)
    assert (
        front_matter.running(known)
        == f"{front_matter.RUNNING_DUMMY} · {front_matter.RUNNING_VIRTUAL}"
    )


def test_every_correction_of_the_source_is_listed_with_both_values() -> None:
    _, data, results = trial("tutorial")
    texts = ("a.csv, row 2, P-1, age: 21 corrected to 22.", "a.csv, row 3, P-1, sex: …")
    known = replace(results.provenance, corrections=texts)
    facts = dict(front_matter.facts(known, data))
    assert (facts["Correction 1"], facts["Correction 2"]) == texts
    assert facts[front_matter.READING] == "export.csv: 24 participants in 68 rows."
    assert front_matter.banners(known) == (
        "Corrected values in the source data: 2, listed under Provenance",
    )


def test_the_subtitle_has_the_set_and_its_size() -> None:
    protocol, _, results = trial("feder2021")
    text = front_matter.subtitle("itt", protocol, results)
    assert text == "All randomized participants, N = 30"
    assert front_matter.subtitle("assessed", protocol, results) == ""
    nothing = replace(results, estimates=())
    assert (
        front_matter.subtitle("itt", protocol, nothing) == "All randomized participants"
    )


def test_every_block_of_results_has_its_source_and_a_method_has_none() -> None:
    protocol, _, results = trial("feder2021")
    blocks = (
        Table("t", "T", ("",), (), population="safety"),
        Figure("f", "F", "", b"", b""),
        TextTable("l", "L", ("a",), ()),
        TextTable("m", "M", ("a",), (), kind="Table"),
    )
    (made,) = front_matter.captioned(
        (Section("s", "1", "S", "", blocks),), protocol, results, "2021-03-29"
    )
    table, figure, listing, methods = front_matter.blocks((made,))
    assert table.subtitle == "Participants with at least one infusion, N = 30"
    assert "tables/t.csv; last date in the data: 2021-03-29; equipoise" in table.source
    assert figure.source.startswith("Source: results.json, figures/f.csv; last date")
    assert listing.source.startswith("Source: listings/l.csv")
    assert methods.source == ""


def test_every_figure_listing_and_table_of_results_names_its_participants() -> None:
    for name in ("feder2021", "tutorial"):
        for section in content(name).sections:
            if not section.place.startswith(("10", "11", "12", "16.2")):
                continue
            for block in section.blocks:
                if isinstance(block, Table | Figure | TextTable):
                    own = block.subtitle or block.name == "trial-dates"
                    assert own, (name, block.name)


def test_a_figure_has_the_participants_of_its_endpoint_or_of_the_table_before() -> None:
    protocol, _, results = trial("feder2021")
    blocks = (
        Table("x", "X", ("",), (), subtitle="Responders, N = 11"),
        Figure("unknown", "F", "", b""),
        Figure("caps5_change-new", "F", "", b""),
    )
    (made,) = front_matter.captioned(
        (Section("s", "11", "S", "", blocks),), protocol, results, ""
    )
    lines = [block.subtitle for block in front_matter.blocks((made,))]
    assert lines[:2] == ["Responders, N = 11"] * 2
    assert lines[2] == front_matter.subtitle("itt", protocol, results)
