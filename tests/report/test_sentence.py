"""The primary result in one sentence: numbers, direction, and what it may not claim."""

from dataclasses import replace

import pytest

import equipoise as eq
from equipoise.analyze.result import Estimate, Provenance, Results
from equipoise.report.sentence import headline

FEDER = eq.load_protocol("feder2021")
PAPER = Estimate(  # Feder et al. 2021: difference 11.88, SE 3.96; interval by z
    id="caps5.difference",
    endpoint=next(e.id for e in FEDER.endpoints if e.level == "primary"),
    analysis="mmrm",
    population="itt",
    estimate=-11.88,
    std_error=3.96,
    lower=-19.64,
    upper=-4.12,
    level=0.95,
    p=0.0027,
    n=30,
)

SOURCE = Provenance(
    protocol="feder2021",
    protocol_version="1.0",
    protocol_hash="0" * 64,
    data_hash="1" * 64,
    software="test",
    seed=None,
    allocation="actual",
)


def said(**changes: object) -> str:
    answer = replace(PAPER, **changes)  # type: ignore[arg-type]
    answers = {answer.endpoint: answer.id}
    results = Results(provenance=SOURCE, estimates=(answer,), answers=answers)
    return headline(FEDER, results)


def test_the_published_result() -> None:
    assert "with Ketamine it was 11.88 lower than with Midazolam" in said()
    assert "95 % CI −19.64 to −4.12; p = 0.003; 30 participants" in said()
    assert said().endswith("in favour of Ketamine.")


@pytest.mark.parametrize(
    ("p", "text"), [(0.0002, "p < 0.001"), (0.035, "p = 0.035"), (0.9996, "p > 0.99")]
)
def test_p_is_written_as_journals_do(p: float, text: str) -> None:
    assert text in said(p=p)


def test_a_worse_result_favours_the_other_arm() -> None:
    text = said(estimate=11.88, lower=4.12, upper=19.64)
    assert "11.88 higher" in text
    assert text.endswith("in favour of Midazolam.")


@pytest.mark.parametrize("upper", [0.0, 3.0])
def test_an_interval_with_zero_favours_nobody(upper: float) -> None:
    text = said(upper=upper)
    assert "compatible with no difference" in text
    assert "in favour" not in text


def test_what_could_not_be_estimated_is_said() -> None:
    text = said(estimate=None, note="cannot be estimated: nobody was rated")
    assert text.endswith("cannot be estimated: nobody was rated.")
