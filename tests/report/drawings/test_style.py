"""How a figure becomes SVG and PNG."""

from struct import unpack

from equipoise.report.drawings.style import COLOURS, MARKS, drawn, figure, folded


def made(dummy: bool):  # type: ignore[no-untyped-def]
    plot, axes = figure()
    axes.plot([0, 1], [0, 1])
    return drawn(plot, "n", "Title", "what is drawn", dummy=dummy)


def test_the_same_bytes_for_the_same_content() -> None:
    one, two = made(False), made(False)
    assert (one.svg, one.png) == (two.svg, two.png)


def test_a_dummy_allocation_is_in_both_forms() -> None:
    assert made(True).svg != made(False).svg
    assert made(True).png != made(False).png


def test_200_dots_an_inch() -> None:
    width, height = unpack(">II", made(False).png[16:24])
    assert (width, height) == (1280, 760)


def test_arms_are_told_apart_without_colour() -> None:
    assert len(set(MARKS)) == len(MARKS) == len(COLOURS)
    assert (
        folded("a long label of many words indeed")
        == "a long label of many words\nindeed"
    )
