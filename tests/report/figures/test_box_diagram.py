"""Boxes: every text fits and can be read."""

from hypothesis import given
from hypothesis import strategies as st

from equipoise.report.figures.box_diagram import INDENT, Line, box, fold, height, width
from tests.report.formats.hostile import parsed


@given(st.text(max_size=200), st.floats(120, 400))
def test_every_line_fits_and_no_letter_is_lost(text: str, room: float) -> None:
    made = fold(Line(text, "id"), room)
    assert all(width(line.text) <= room - line.inset + 1e-9 for line in made)
    assert "".join(x.text for x in made).replace(" ", "") == text.replace(" ", "")
    assert {line.id for line in made} == {"id"}


def test_following_lines_are_indented() -> None:
    first, second = fold(Line("some words that go on", inset=3), 110)
    assert (first.inset, second.inset) == (3, 3 + INDENT)


def test_a_number_is_not_torn_from_its_sign() -> None:
    made = fold(Line("a reason for it (n\u00a0=\u00a012)"), 105)
    assert made[-1].text.endswith("(n\u00a0=\u00a012)")


def test_texts_are_escaped_and_printable() -> None:
    lines = [Line("<b> & \x00", 'i"d', bold=True)]
    text = box(0, 0, 9, height(lines), lines)
    root = parsed(f"<svg>{text}</svg>")
    (found,) = root.findall("text")
    assert found.text == "<b> & \ufffd"
    assert found.get("data-id") == 'i"d'
