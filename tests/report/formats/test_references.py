"""Texts that name a table lead to it."""

from hypothesis import given
from hypothesis import strategies as st

from equipoise.report.formats.references import anchor, heading_anchor, parts, targets
from tests.report.formats.hostile import document

KNOWN = {
    "12.2 Adverse events": "s-a",
    "Table 14.2.1": "table-14.2.1",
    "Figure 14.2.10": "figure-14.2.10",
}


def test_a_name_of_a_block_is_a_link_and_another_is_not() -> None:
    made = parts("(Table 14.2.1, Figure 14.2.10 and Table 14.2.2)", KNOWN)
    assert [p for p in made if p[1]] == [
        ("Table 14.2.1", "table-14.2.1"),
        ("Figure 14.2.10", "figure-14.2.10"),
    ]


@given(st.text() | st.sampled_from(list(KNOWN)))
def test_no_letter_is_lost(text: str) -> None:
    assert "".join(piece for piece, _ in parts(text, KNOWN)) == text


def test_anchors_are_unique() -> None:
    blocks = [block for _, block in document().numbered()]
    assert len({anchor(block) for block in blocks}) == len(blocks) == 3
    headings = {heading_anchor(s) for s in document().sections if s.place}
    assert set(targets(document()).values()) == headings | {anchor(b) for b in blocks}


def test_a_heading_is_a_link_and_a_longer_one_goes_first() -> None:
    known = {
        "12.2 Adverse events": "s-a",
        "12.2 Adverse events by term": "s-b",
        "2 Synopsis": "s-c",
    }
    made = parts("12.2 Adverse events; 12.2 Adverse events by term; 12 Synopsis", known)
    assert [name for _, name in made if name] == ["s-a", "s-b"]
    assert parts("2 Synopsis (in part)", known)[0] == ("2 Synopsis", "s-c")
    assert all(
        not name for _, name in parts("12.2 Adverse eventsx, 1.2 Synopsis", known)
    )
