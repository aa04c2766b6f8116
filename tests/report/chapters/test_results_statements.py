"""A section of results without a table says why, and never that nothing happened."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Paragraph, Section, Table, TextTable
from equipoise.report.chapters.results_statements import (
    with_laboratory,
    with_statements,
)
from equipoise.report.structure import every_section
from tests.report.reports import content, trial


def said(name: str) -> dict[str, str]:
    return {
        s.place: " ".join(b.text for b in s.blocks if isinstance(b, Paragraph))
        for s in content(name).sections
    }


def completed(protocol: Protocol, data: TrialData, name: str) -> dict[str, str]:
    found = with_statements(every_section({}, {}), protocol, data, trial(name)[2])
    return {
        s.place: " ".join(b.text for b in s.blocks if isinstance(b, Paragraph))
        for s in found
    }


def test_the_issues_of_e3_are_stated() -> None:
    known = said("feder2021")
    assert "baseline value (all continuous endpoints" in known["11.4.2.1"]
    assert "Sensitivity analyses are defined in 9.7.1" in known["11.4.2.2"]
    assert known["11.4.2.3"].startswith("The protocol specifies no interim analysis.")
    assert known["11.4.2.4"].startswith("The data name 1 site.")
    assert "extends ICH E3" in known["11.4.2.9"]
    assert "Listing 16.2.7.1" in known["12.2.4"]


def test_a_trial_without_sensitivity_analyses_says_so() -> None:
    known = said("tutorial")
    assert "specifies no sensitivity analysis" in known["11.4.2.2"]
    assert known["11.4.2.4"] == (
        "The data name 2 sites. No analysis is adjusted for site."
    )
    assert "specifies no procedure" in known["11.4.2.5"]


def test_sites_that_are_not_named_are_not_one_site() -> None:
    protocol, data, _ = trial("tutorial")
    unnamed = replace(data, participants=data.participants.assign(site=None))
    text = completed(protocol, unnamed, "tutorial")["11.4.2.4"]
    assert text == "The data do not name the sites of participants."


def test_serious_events_and_narratives_have_their_numbers() -> None:
    known, unknown = said("feder2021")["12.3"], said("tutorial")["12.3"]
    assert "(14.3.2): no death and no serious adverse event was recorded." in known
    assert "(14.3.3): none, because no such event was recorded." in known
    assert "(14.3.2): deaths: not recorded" in unknown
    assert "(14.3.3): not available." in unknown
    assert "12.2.4" not in said("tutorial")


def test_laboratory_values_are_not_collected_or_named() -> None:
    protocol, data, _ = trial("feder2021")
    assert "not collected, or not provided" in said("feder2021")["12.4"]
    row = data.measurements.iloc[[0]].assign(name="ALT", unit="U/L")
    more = replace(data, measurements=pd.concat([data.measurements, row]))
    text = completed(protocol, more, "feder2021")["12.4"]
    assert text == "Laboratory values (14.3.4) are not tabulated. The data hold ALT."
    part = Section("listings", "16.2", "", "16.2", ())
    (block,) = with_laboratory(part, protocol, more).blocks
    assert isinstance(block, Paragraph)
    assert block.text.endswith("(16.2.8): in the data, but not printed.")


def test_a_listing_of_laboratory_values_needs_no_sentence() -> None:
    protocol, data, _ = trial("tutorial")
    listing = TextTable("laboratory", "L", ("a",), (("x",),), group="16.2.8")
    part = Section("listings", "16.2", "", "16.2", (listing,))
    assert with_laboratory(part, protocol, data) == part


def test_a_section_with_a_table_is_not_said_to_be_empty() -> None:
    protocol, data, results = trial("tutorial")
    part = Section("laboratory", "12.4", "", "", (Table("t", "T", ("",), ()),))
    (made,) = with_statements([part], protocol, data, results)
    assert made == part
