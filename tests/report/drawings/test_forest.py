"""Forest plots: what could not be estimated is not drawn."""

from dataclasses import replace

from equipoise.report.drawings.forest import dots, sensitivity, subgroups, tipping
from tests.analyze.feder import feder
from tests.report.made import results

CAPS = feder().endpoint("caps5_change")


def test_the_words_hold_the_differences() -> None:
    made = sensitivity(CAPS, results(), False)
    assert made is not None
    assert f"as planned {results()['caps5_change'].estimate:.1f}" in made.alt
    groups = subgroups(CAPS, results(), False)
    assert groups is not None
    assert "Female (n = " in groups.alt
    assert "Other" not in groups.alt


def test_nothing_estimated_nothing_drawn() -> None:
    blank = replace(
        results(), estimates=tuple(replace(e, estimate=None) for e in results())
    )
    assert sensitivity(CAPS, blank, False) is None
    assert subgroups(CAPS, blank, False) is None
    none = replace(results(), estimates=())
    assert dots(feder(), none, False) is None
    assert tipping(CAPS, none, False) is None


def test_risks_of_every_term() -> None:
    made = dots(feder(), results(), False)
    assert made is not None
    terms = [
        e
        for e in results()
        if e.id.startswith("events.term-") and e.id.endswith(".difference")
    ]
    assert f"the {len(terms)} most frequent" in made.alt


def test_tipping_points_are_drawn_where_there_are_some() -> None:
    own = results().select(endpoint="caps5_change", analysis="sensitivity")
    curve = tuple(
        replace(own[0], id=f"caps5_change.tipping-curve.mar.{k}", analysis="tipping-curve",
                estimate=-6.0 + k, lower=-9.0 + k, upper=-3.0 + k, statistic=float(k))
        for k in range(5)
    )  # fmt: skip
    made = tipping(CAPS, replace(results(), estimates=(*results(), *curve)), False)
    assert made is not None
    assert "tipping point" in made.alt
