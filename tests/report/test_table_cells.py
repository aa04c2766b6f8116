"""Numbers of a page: the rounding of a report, a dash for what is not there, an id."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.analyze.result import Estimate
from equipoise.exchange.protocols import load_protocol
from equipoise.report.table_cells import (
    COMMON,
    Cell,
    in_sentence,
    lowered,
    number,
    plural,
    score_label,
    sentence_case,
    with_error,
)
from tests.analyze.feder import feder

ROW = Estimate(
    id="caps5_change.difference", endpoint="caps5_change", analysis="difference",
    population="itt", estimate=-11.875, std_error=3.96, lower=-20.0, upper=0.004,
    p=0.0004, n=30,
)  # fmt: skip


def test_degrees_of_freedom_of_the_normal_distribution_are_infinite() -> None:
    row = Estimate(
        id="a", endpoint="a", analysis="difference", population="itt", df=float("inf")
    )
    assert number(row, "df", 1) == Cell("∞", "a", "df")


@pytest.mark.parametrize(
    ("field", "digits", "text"),
    [
        ("estimate", 2, "−11.88"),  # the half goes away from zero
        ("estimate", 0, "−12"),
        ("std_error", 1, "4.0"),
        ("lower", 2, "−20.00"),
        ("upper", 2, "0.00"),
        ("p", 2, "<.001"),
        ("n", 0, "30"),
    ],
)
def test_a_number_is_rounded_as_a_report_does(
    field: str, digits: int, text: str
) -> None:
    made = number(ROW, field, digits)  # type: ignore[arg-type]
    assert made == Cell(text, "caps5_change.difference", field)  # type: ignore[arg-type]
    assert "-" not in made.text  # a minus, as typography has it, and never a hyphen


def test_nothing_that_rounds_to_zero_is_negative() -> None:
    small = Estimate(id="x", endpoint="e", analysis="mean", population="itt",
                     estimate=-0.004)  # fmt: skip
    assert number(small).text == "0.00"


def test_a_proportion_is_shown_in_percent() -> None:
    part = Estimate(id="x", endpoint="e", analysis="proportion", population="itt",
                    estimate=0.675)  # fmt: skip
    assert number(part, digits=0, scale=100).text == "68"


def test_what_was_not_estimated_is_a_dash_that_can_be_looked_up() -> None:
    assert number(ROW, "df") == Cell("–", "caps5_change.difference", "df")
    assert number(None) == Cell("–")  # no estimate at all: nothing to look up


@pytest.mark.parametrize(
    ("score", "label"),
    [
        ("caps5.total", "CAPS-5 total severity"),
        ("caps5.b", "CAPS-5 intrusion (B)"),
        ("caps5.diagnosis", "CAPS-5 PTSD diagnosis"),
        ("cadss.total", "CADSS total"),
        ("bprs_positive.total", "BPRS+ positive symptoms"),
        ("moaas.total", "MOAA/S alertness"),
    ],
)
def test_a_score_is_called_as_people_call_it(score: str, label: str) -> None:
    assert score_label(load_protocol("feder2021"), score) == label


def test_an_instrument_without_a_short_name_keeps_its_own() -> None:
    feder = load_protocol("feder2021")
    plain = feder.scales["madrs"].model_copy(update={"name": "Our scale"})
    trial = feder.model_copy(update={"scales": {"madrs": plain}})
    assert score_label(trial, "madrs.total") == "Our scale total"


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("Ketamine", "ketamine"),
        ("Ketamine 0.5 mg/kg", "ketamine 0.5 mg/kg"),
        ("Placebo", "placebo"),
        ("Care as usual", "care as usual"),
        ("Beat the Blues", "Beat the Blues"),
        ("KETAMINE", "ketamine"),
    ],
)
def test_a_generic_name_is_in_lower_case_inside_a_sentence(
    label: str, text: str
) -> None:
    feder = load_protocol("feder2021")
    arms = (feder.arms[0].model_copy(update={"label": label}), feder.arms[1])
    assert in_sentence(feder.model_copy(update={"arms": arms}), "ketamine") == text


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("Week 2", "week 2"),
        ("24 h", "24 h"),
        ("CAPS-5 total", "CAPS-5 total"),
        ("", ""),
    ],
)
def test_a_label_inside_a_sentence_keeps_its_abbreviations(
    label: str, text: str
) -> None:
    assert lowered(label) == text


def test_a_sentence_starts_with_a_capital() -> None:
    assert sentence_case("single-site, PTSD") == "Single-site, PTSD"
    assert sentence_case("") == ""


def test_one_is_not_several() -> None:
    assert plural(1, "infusion") == "1 infusion"
    assert [plural(n, "day") for n in (0, 2)] == ["0 days", "2 days"]


@pytest.mark.parametrize("word", COMMON)
def test_a_common_noun_is_in_lower_case_inside_a_sentence(word: str) -> None:
    arm = feder().arms[0].model_copy(update={"label": f"{word.title()} Blues"})
    protocol = feder().model_copy(update={"arms": (arm, *feder().arms[1:])})
    assert in_sentence(protocol, arm.id) == f"{word} Blues"


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.807, 0.004, "80.7 (0.4)"),
        (-0.0125, float("nan"), "−1.3"),
        (0.5, None, "50.0"),
        (float("nan"), 0.1, "–"),
        (float("inf"), 1.0, "–"),
        (None, None, "–"),
    ],
)
def test_a_number_with_its_error(value: object, error: object, text: str) -> None:
    assert with_error(value, error, 1, 100) == text


@given(
    value=st.floats(0, 100, allow_subnormal=False),
    error=st.floats(0, 10, allow_subnormal=False),
    digits=st.integers(0, 2),
)
def test_only_an_error_of_0_is_shown_as_0(
    value: float, error: float, digits: int
) -> None:
    shown = re.fullmatch(r"[\d.]+ \((<?)([\d.]+)\)", with_error(value, error, digits))
    assert shown is not None
    assert (float(shown[2]) == 0) == (error == 0)
    assert bool(shown[1]) == (0 < error < 0.0005)
