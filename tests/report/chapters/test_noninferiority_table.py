"""The table of non-inferiority, and the headline of a trial with a margin."""

from __future__ import annotations

import pytest

from equipoise.analyze.run import analyze
from equipoise.report.chapters.noninferiority_table import noninferiority_table
from equipoise.report.chapters.statistics import method
from equipoise.report.headline import headline
from tests.analyze import small
from tests.analyze.test_noninferiority import trial


def text(cells: tuple) -> str:
    return "".join(cell.text for cell in cells)


@pytest.mark.parametrize(
    ("margin", "conclusion", "said"),
    [
        (
            8.0,
            "non-inferior",
            "active is non-inferior to placebo (the interval excludes",
        ),
        (0.1, "non-inferiority not shown", "non-inferiority of active is not shown"),
    ],
)
def test_the_table_and_the_headline_agree(
    margin: float, conclusion: str, said: str
) -> None:
    planned = trial(margin, 0.05)
    scores = {  # the arms barely differ
        p: (arm, start, one, two if arm == "placebo" or two is None else two + 5, *rest)
        for p, (arm, start, one, two, *rest) in small.random_scores(5, 40).items()
    }
    results = analyze(planned, small.data(scores, trial=planned))
    table = noninferiority_table(planned, results)
    assert table is not None
    (label, cells), (_, response) = table.rows
    assert label == "Change to week 2 (primary)"
    assert text(cells[2]) == f"{margin:g} points (lower is better)"
    assert text(cells[4]) == conclusion
    assert text(response[2]) == "−5 percentage points (higher is better)"
    sentence = headline(planned, results)
    assert said in sentence
    assert f"margin of {margin:g} points" in sentence
    assert "non-inferiority, one-sided P" in sentence


def test_a_trial_without_a_margin_has_no_table() -> None:
    planned = small.protocol()
    results = analyze(planned, small.data())
    assert noninferiority_table(planned, results) is None


def test_the_plan_states_the_margin_and_the_error() -> None:
    planned = trial(3.0)
    stated = method(planned, planned.endpoint("change"))
    assert "margin of 3 points" in stated
    assert "one-sided type I error 2.5%" in stated
