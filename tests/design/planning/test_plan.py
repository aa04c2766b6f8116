"""A plan of any question: its block is TOML whatever its texts hold."""

import tomllib

import pytest

from equipoise.design.planning.plan import Assumption, Plan, power_text, time_text


def test_a_source_with_quotes_and_backslashes_is_kept() -> None:
    said = 'Feder "2021", C:\\data\nSD'
    plan = Plan(
        question="means", solved_for="size", participants=10, power=0.8,
        target_power=0.8, protocol="", sap="", assumptions=(Assumption("sd", 1, "", said),),
    )  # fmt: skip
    block = tomllib.loads(plan.size_block())["size"]
    assert block["assumptions"][0]["source"] == said
    assert plan.to_json()["seed"] is None


@pytest.mark.parametrize(
    ("power", "shown"),
    [(0.8014, "80.1%"), (0.99962, "more than 99.9%"), (1.0, "100.0%"), (0.35, "35.0%")],
)
def test_a_power_below_certainty_is_never_shown_as_certain(power, shown) -> None:
    assert power_text(power) == shown


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1, "", "1 unit of time"),
        (1, "months", "1 month"),
        (1.5, "months", "1.5 months"),
        (0.5, "", "0.5 units of time"),
    ],
)
def test_a_time_agrees_with_its_unit(value: float, unit: str, text: str) -> None:
    assert time_text(value, unit) == text
