"""Assumptions, documentation of methods and listings: all of them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from equipoise.analyze.result import Listing
from equipoise.protocol.check import sourced
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Paragraph, TextTable
from equipoise.report.chapters.appendix import assumptions, documentation, listings
from equipoise.report.csv_tables import listing_csv
from tests.analyze.feder import feder
from tests.analyze.small import TEXT
from tests.analyze.small import protocol as small
from tests.report.reports import trial


def rows() -> list[tuple[str, ...]]:
    table = assumptions(feder()).blocks[1]
    assert isinstance(table, TextTable)
    return list(table.rows)


def said(protocol: Protocol, *, events: bool = True) -> str:
    blocks = assumptions(protocol, events=events).blocks
    return " ".join(b.text for b in blocks if isinstance(b, Paragraph))


def test_every_assumption_is_counted_and_those_with_a_reason_are_listed() -> None:
    assumed = [part for _, part in sourced(feder()) if part.assumed]
    text = said(feder())
    assert f"Assumed: {len(assumed)} statements" in text
    counts = [int(n) for n in re.findall(r"(\d+) on ", text)]
    assert sum(counts) == len(assumed)
    assert len(rows()) == sum(part.note is not None for part in assumed)


def test_an_assumption_is_named_in_words() -> None:
    ids = ("caps5_change", "interventions[", "endpoints[", "SYSBP", "bprs_positive")
    for _, name, value, reason in rows():
        assert not any(text in f"{name} {value}" for text in ids)
        assert value != "–"
        assert reason != "–"


@pytest.mark.parametrize(
    "row",
    [
        (
            "Schedule and instruments",
            "Visit Baseline",
            "day −3, window −4 to +2 days",
            "a baseline rating is published; its day is not",
        ),
        (
            "Treatment",
            "Ketamine 0.5 mg/kg, six infusions: dose or duration",
            "40 min",
            "40 min is published for the same group's earlier trial NCT00749203",
        ),
    ],
)
def test_an_assumption_has_its_topic_statement_value_and_reason(
    row: tuple[str, str, str, str],
) -> None:
    assert row in rows()


def test_the_default_window_is_that_of_the_software() -> None:
    assert "default of the software" not in said(feder())
    assert "treatment_emergent" not in small().model_fields_set
    assert "30 days after the last dose is the default of the software" in said(small())
    assert "default" not in said(small(), events=False)
    assert "safety" not in said(small())


def test_serious_events_are_not_listed_twice() -> None:
    _, _, results = trial("tutorial")
    more = [
        Listing(id=name, title=name, columns=("a",), rows=(("x",),))
        for name in ("serious-events", "narratives", "unknown")
    ]
    more.append(replace(more[-1], id="exposure", group="16.2.5"))
    found = listings(small(), replace(results, listings=(*results.listings, *more)))
    names = [getattr(block, "name", "") for block in found.blocks]
    assert "serious-events" not in names
    assert "narratives" not in names
    groups = {b.name: b.group for b in found.blocks if isinstance(b, TextTable)}
    assert groups["deviations"] == "16.2.2"
    assert groups["analysis-sets"] == "16.2.3"
    assert groups["exposure"] == "16.2.5"
    assert groups["adverse-events"] == "16.2.7"
    assert groups["unknown"] == ""
    assert list(groups) == sorted(groups, key=lambda n: groups[n] or "16.2.9")


def test_a_long_listing_is_a_file_with_its_number_of_rows() -> None:
    _, _, results = trial("tutorial")
    long = Listing(
        id="long", title="Long", columns=("a",), rows=(("x",),) * 121, note="Sorted."
    )
    file = replace(long, id="file", rows=(("x",),), printed=False)
    only = replace(results, listings=(long, file))
    first, second = listings(small(), only).blocks
    assert isinstance(first, TextTable)
    assert isinstance(second, TextTable)
    assert (first.rows, len(first.filed)) == ((), 121)
    assert first.note == "Not printed: 121 rows, in the file listings/long.csv. Sorted."
    assert (second.rows, second.filed) == ((), (("x",),))
    assert listing_csv(first).count(b"x") == 121
    whole = small(TEXT + "\n[report]\nprint_listings = true\n")
    first, second = listings(whole, only).blocks
    assert isinstance(first, TextTable)
    assert isinstance(second, TextTable)
    assert (len(first.rows), second.rows) == (121, ())


def test_the_formula_of_each_mixed_model_is_documented() -> None:
    _, _, results = trial("tutorial")
    blocks = documentation(small(), results.provenance).blocks
    table = blocks[-1]
    assert isinstance(table, TextTable)
    mixed = [e.label for e in small().endpoints if e.analysis.method == "mmrm"]
    assert [row[0] for row in table.rows] == mixed
    assert all(row[1].startswith("outcome ~ arm") for row in table.rows)
