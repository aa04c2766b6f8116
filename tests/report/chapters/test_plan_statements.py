"""Each section of ICH E3 chapter 9 without a table has its sentence, and it is true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipoise.report.blocks import Paragraph
from equipoise.report.chapters.plan_statements import plan_statements
from tests.report.reports import content, trial

PLACES = [
    "9.2", "9.3.3", "9.4.2", "9.4.4", "9.4.5", "9.4.7", "9.4.8", "9.5.2", "9.5.3",
    "9.5.4", "9.6", "9.8",
]  # fmt: skip


def said(name: str) -> dict[str, str]:
    protocol, data, results = trial(name)
    texts = {}
    for part in plan_statements(protocol, data, results.provenance):
        (block,) = part.blocks
        assert isinstance(block, Paragraph)
        texts[part.place] = block.text
    return texts


@pytest.mark.parametrize("name", ["feder2021", "tutorial"])
def test_no_section_is_missing_and_all_are_in_order(name: str) -> None:
    assert list(said(name)) == PLACES
    places = [s.place for s in content(name).sections]
    found = [p for p in places if p == "9" or p.startswith("9.")]
    assert found == sorted(found, key=lambda p: [int(n) for n in p.split(".")])
    assert set(PLACES) <= set(found)


def test_what_protocol_and_data_have_is_stated() -> None:
    known = said("feder2021")
    assert known["9.2"].startswith("The control is midazolam (active placebo)")
    assert "concomitant psychotropic medication (11.2)" in known["9.4.7"]
    assert "ketamine 0.5 mg/kg" in known["9.4.5"]
    assert "rules for holding and stopping" in known["9.3.3"]
    assert "version 1.0" in known["9.8"]


def test_what_is_not_known_is_not_stated() -> None:
    protocol, data, results = trial("tutorial")
    bare = replace(data, exposures=data.exposures.iloc[:0])
    known = {
        part.place: getattr(part.blocks[0], "text", "")
        for part in plan_statements(protocol, bare, results.provenance)
    }
    assert known["9.4.8"] == "Not known: the data hold no record of treatment given."
    assert known["9.3.3"] == "Criteria for removal are not part of the protocol file."
    assert "11.2" not in known["9.4.7"]


def test_problems_that_were_accepted_are_named() -> None:
    protocol, data, results = trial("tutorial")
    assert "no problem was accepted" in said("tutorial")["9.6"]
    known = replace(results.provenance, accepted=("EQ312: 3 records",))
    parts = plan_statements(protocol, data, known)
    (text,) = (b.text for p in parts if p.place == "9.6" for b in p.blocks)  # type: ignore[union-attr]
    assert "accepted were: EQ312: 3 records" in text
