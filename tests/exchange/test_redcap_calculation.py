"""Formulas of REDCap: what is understood, and that nothing else is calculated."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.redcap_calculation import understood

BLANK = math.nan


def value(text: str, **fields: float) -> float:
    formula = understood(text)
    assert formula is not None, text
    table = {name: pd.Series([number]) for name, number in fields.items()}
    assert set(formula.fields) == set(fields)
    return float(formula.values(table).iloc[0])


@pytest.mark.parametrize(
    ("text", "fields", "expected"),
    [
        ("[a]+[b]*2", {"a": 1, "b": 3}, 7),
        ("([a]+[b])*2", {"a": 1, "b": 3}, 8),
        ("-[a]^2", {"a": 3}, -9),
        ("[a]-[b]-1", {"a": 9, "b": 3}, 5),
        ("[a]/[b]/2", {"a": 12, "b": 3}, 2),
        ("sum([a],[b])", {"a": 1, "b": BLANK}, 1),
        ("sum([a], [b])", {"a": BLANK, "b": BLANK}, BLANK),
        ("[a]+[b]", {"a": 1, "b": BLANK}, BLANK),
        ("mean([a],[b],[c])", {"a": 1, "b": BLANK, "c": 4}, 2.5),
        ("[a]/[b]", {"a": 1, "b": 0}, BLANK),
        ("round([a], 1)", {"a": 2.25}, 2.3),
        ("round([a])", {"a": -2.5}, -3),
        ("round([a],2)", {"a": 1.005}, 1.01),
        ("roundup([a])", {"a": 2.1}, 3),
        ("rounddown([a], 1)", {"a": 2.19}, 2.1),
        ("ROUND(SUM([a],1),0)", {"a": 2.6}, 4),
        ("min([a],[b])+max([a],[b])", {"a": 2, "b": 7}, 9),
        ("sqrt(abs([a]))", {"a": -9}, 3),
        ("[a] // a comment\n+ 1", {"a": 1}, 2),
        ("10-[a]", {"a": 3}, 7),
    ],
)
def test_understood(text: str, fields: dict[str, float], expected: float) -> None:
    assert value(text, **fields) == pytest.approx(expected, nan_ok=True)


def test_the_body_mass_index_of_a_public_project() -> None:
    # REDCapR's test project: weight 57 kg and height 155 cm give 23.7.
    text = "round(([weight]*10000)/(([height])^(2)),1)"
    assert value(text, weight=57, height=155) == 23.7


@pytest.mark.parametrize(
    "text",
    [
        "if([a]='1',1,0)",
        "datediff([a],[b],'d')",
        "[baseline_arm_1][a]+1",
        "[a](1)",
        "3+4",
        "[a]+",
        "sum()",
        "[a]^2^3",
        "__import__('os')",
        "sum.__class__([a])",
        "[a];[b]",
        "round([a],1,2)",
        "(" * 60 + "[a]" + ")" * 60,
        "[a]" + "+1" * 20_000,
        "",
    ],
)
def test_not_understood(text: str) -> None:
    assert understood(text) is None


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_none(text: str) -> None:
    """Law: no text raises an error, whatever it contains."""
    formula = understood(text)
    assert formula is None or formula.fields


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 6)), min_size=2, max_size=12),
)
def test_sum_is_the_mean_times_the_answers(answers: list[int | None]) -> None:
    """Law: a sum of answers is their mean, times how many there are."""
    names = [f"q{n}" for n in range(len(answers))]
    listed = ",".join(f"[{name}]" for name in names)
    numbers = {
        n: BLANK if a is None else a for n, a in zip(names, answers, strict=True)
    }
    total, mean = (
        value(f"sum({listed})", **numbers),
        value(f"mean({listed})", **numbers),
    )
    count = sum(answer is not None for answer in answers)
    assert (np.isnan(total) and count == 0) or total == pytest.approx(mean * count)
