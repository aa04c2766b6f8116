"""Risks of every term by arm."""

from dataclasses import replace

from equipoise.report.figures.adverse_events import dots
from tests.analyze.feder import feder
from tests.report.made import results


def test_risks_of_every_term_largest_difference_first() -> None:
    made = dots(feder(), results(), False)
    assert made is not None
    terms = [
        e
        for e in results()
        if e.id.startswith("events.term-") and e.id.endswith(".difference")
    ]
    assert f"the {len(terms)} most frequent" in made.alt
    (difference,) = [s for s in made.series if s.panel == "difference"]
    assert list(difference.y) == sorted(difference.y, reverse=True)
    assert difference.label == "Ketamine minus Midazolam"


def test_risks_stand_in_the_row_of_their_term() -> None:
    made = dots(feder(), results(), False)
    assert made is not None
    (difference,) = [s for s in made.series if s.panel == "difference"]
    term = dict(zip(difference.x, difference.ids, strict=True))
    for part in (s for s in made.series if s.panel == "risk"):
        for at, name in zip(part.x, part.ids, strict=True):
            assert name == f"{term[at].removesuffix('.difference')}.{part.arm}"


def test_nothing_estimated_nothing_drawn() -> None:
    assert dots(feder(), replace(results(), estimates=()), False) is None
