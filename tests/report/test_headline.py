"""The primary result in one sentence: numbers, direction, and what it may not claim."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import equipoise as eq
from equipoise.analyze.result import Estimate, Provenance, Results
from equipoise.protocol.model import Protocol
from equipoise.report.headline import bounds, finding, headline, p_equals, rated_at

FEDER = eq.load_protocol("feder2021")
PAPER = Estimate(  # Feder et al. 2021: difference 11.88, SE 3.96; interval by z
    id="caps5_change.difference.week-2",
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
MEANS = tuple(
    Estimate(
        id=f"caps5_change.ls-mean.week-2.{arm}",
        endpoint="caps5_change",
        analysis="ls-mean",
        population="itt",
        n=n,
    )
    for arm, n in (("ketamine", 14), ("midazolam", 13))
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


def results(answer: Estimate, *more: Estimate) -> Results:
    answers = {answer.endpoint: answer.id}
    return Results(provenance=SOURCE, estimates=(answer, *more), answers=answers)


def said(*, protocol: Protocol = FEDER, **changes: object) -> str:
    return headline(protocol, results(replace(PAPER, **changes), *MEANS))  # type: ignore[arg-type]


def decimals(n: int) -> Protocol:
    options = FEDER.report.model_copy(update={"decimals": n})
    return FEDER.model_copy(update={"report": options})


def test_the_published_result() -> None:
    assert said() == (
        "Change in CAPS-5 total from baseline to week 2: adjusted mean difference −11.9 "
        "points (95% CI −19.6 to −4.1; P = .003), ketamine minus midazolam, in favor of "
        "ketamine; 30 participants analyzed, 27 rated at week 2."
    )


@pytest.mark.parametrize(
    ("n", "text"), [(0, "−12 points"), (2, "−11.88 points"), (3, "−11.880 points")]
)
def test_decimals_are_those_of_the_protocol(n: int, text: str) -> None:
    assert text in said(protocol=decimals(n))


@pytest.mark.parametrize(
    ("p", "text"), [(0.0002, "P < .001"), (0.035, "P = .04"), (0.9996, "P > .99")]
)
def test_p_is_written_as_journals_do(p: float, text: str) -> None:
    assert text in said(p=p)
    assert p_equals(p) == text


@pytest.mark.parametrize("sign", [-1, 1])
def test_magnitude_and_interval_have_one_sign(sign: int) -> None:
    lower, upper = sorted((sign * 4.12, sign * 19.64))
    text = said(estimate=sign * 11.88, lower=lower, upper=upper)
    size, low, high = re.findall(r"[−]?\d+\.\d", text)[:3]
    assert {number.startswith("−") for number in (size, low, high)} == {sign < 0}


def test_a_worse_result_favors_the_other_arm() -> None:
    text = said(estimate=11.88, lower=4.12, upper=19.64)
    assert "ketamine minus midazolam, in favor of midazolam" in text


@pytest.mark.parametrize("upper", [0.0, 3.0])
def test_an_interval_with_zero_favors_no_arm(upper: float) -> None:
    text = said(upper=upper)
    assert "compatible with no difference" in text
    assert "in favor" not in text


def test_what_could_not_be_estimated_is_said() -> None:
    text = said(estimate=None, note="cannot be estimated: nobody was rated")
    assert text.endswith("cannot be estimated: nobody was rated.")


def test_without_ratings_in_one_arm_no_number_is_made_up() -> None:
    answer = results(PAPER, MEANS[0])
    assert rated_at(FEDER, answer, FEDER.endpoint("caps5_change")) is None
    assert headline(FEDER, answer).endswith("30 participants analyzed.")


def count(name: str, arm: str, value: int) -> Estimate:
    return Estimate(
        id=f"{name}.count.{arm}", endpoint=name, analysis="count", population="itt",
        contrast=arm, estimate=value, n=15,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "favored"), [("response", "ketamine"), ("adverse_events", "midazolam")]
)
def test_a_proportion_has_counts_and_percentage_points(name: str, favored: str) -> None:
    answer = Estimate(
        id=f"{name}.risk-difference", endpoint=name, analysis="risk-difference",
        population="itt", estimate=7 / 15, lower=0.1216, upper=0.7151, level=0.95,
        p=0.0209, n=30,
    )  # fmt: skip
    rows = results(answer, count(name, "ketamine", 9), count(name, "midazolam", 2))
    text = finding(FEDER, rows, FEDER.endpoint(name))
    assert text.endswith(
        "risk difference 46.7 percentage points (95% CI 12.2 to 71.5; P = .02), ketamine "
        f"9/15 (60%) minus midazolam 2/15 (13%), in favor of {favored}; 30 participants "
        "analyzed."
    )


def time(kind: str, **fields: object) -> Estimate:
    return Estimate(
        id=f"relapse.{kind}", endpoint="relapse", analysis=kind, population="itt",
        level=0.95, **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_time_has_medians_events_and_the_hazard_ratio() -> None:
    first = time("median.ketamine", estimate=31.0, lower=5.0, upper=None)
    rows = results(
        first,
        time("median.midazolam"),
        time("events.ketamine", estimate=6.0, n=9),
        time("hazard-ratio", estimate=0.7794, lower=0.0865, upper=7.0207),
        time("log-rank", p=0.8237),
    )
    assert finding(FEDER, rows, FEDER.endpoint("relapse")) == (
        "Time to loss of response among responders: ketamine median 31.0 days (95% CI "
        "5.0 to not reached), 6 events in 9 participants; midazolam median not reached; "
        "hazard ratio 0.78 (95% CI 0.09 to 7.02; log-rank P = .82), compatible with no "
        "difference."
    )


def test_a_time_without_a_ratio_says_so() -> None:
    rows = results(time("median.ketamine"), time("hazard-ratio"))
    assert "the hazard ratio is not estimable" in finding(
        FEDER, rows, FEDER.endpoint("relapse")
    )


def test_an_answer_without_limits_has_no_interval() -> None:
    assert bounds(replace(PAPER, lower=None, upper=None), 1, 1) == "no CI"
    assert bounds(replace(PAPER, level=0.9), 1, 1).startswith("90% CI")
