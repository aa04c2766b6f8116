"""Names that ``[report]`` may use: those of the reports, and no name twice."""

from __future__ import annotations

from equipoise.protocol.report_names import BLOCKS, SECTIONS, block_names
from tests.protocol.faults import read


def test_no_name_is_that_of_a_section_and_of_a_table() -> None:
    protocol = read()[0]
    assert protocol is not None
    assert len(set(SECTIONS)) == len(SECTIONS)
    assert len(set(BLOCKS)) == len(BLOCKS)
    assert not set(SECTIONS) & set(block_names(protocol))


def test_tables_of_an_endpoint_have_its_id() -> None:
    protocol = read()[0]
    assert protocol is not None
    names = block_names(protocol)
    assert {"caps5_change-visits", "response-arms", "dissociation"} <= set(names)
    assert "response-visits" not in names
