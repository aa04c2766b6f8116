"""Influences of characteristics that a scenario cannot have."""

import pytest

from tests.simulate.trials import refused

SEX = 'shares = { F = 0.6, M = 0.4 }\nsource = "made up"'
STEPS = """

[[characteristics]]
id = "steps"
distribution = "bounded"
mean = {mean}
sd = 2
min = 0
max = 20
assumed = true
influences = [{{ {influence}, assumed = true }}]"""

IMPOSSIBLE = {
    "nobody knows": ('by = "height", slope = 0.1, at = 170', 10, "EQ608"),
    "itself": ('by = "steps", slope = 0.1, at = 10', 10, "EQ608"),
    "a category by a slope": ('by = "sex", slope = 1, at = 0', 10, "EQ608"),
    "a number by codes": ('by = "age", added = { F = 1 }', 10, "EQ608"),
    "a code": ('by = "sex", added = { X = 1 }', 10, "EQ608"),
    "beyond by a code": ('by = "sex", added = { M = 12 }', 9, "EQ606"),
    "beyond by a slope": ('by = "age", slope = -0.3, at = 60', 10, "EQ606"),
    "both": ('by = "sex", added = { M = 1 }, slope = 1, at = 0', 10, "EQ602"),
    "neither": ('by = "sex"', 10, "EQ602"),
    "slope from nowhere": ('by = "age", slope = 1', 10, "EQ602"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_influence_is_rejected(name: str) -> None:
    influence, mean, code = IMPOSSIBLE[name]
    (problem,) = refused((SEX, SEX + STEPS.format(mean=mean, influence=influence)))
    assert problem.code == code
    assert "characteristics[3]" in problem.where


@pytest.mark.parametrize(
    "influence", ['by = "sex", added = { M = 6 }', 'by = "age", slope = 0.1, at = 60']
)
def test_a_possible_influence_is_accepted(influence: str) -> None:
    assert not refused((SEX, SEX + STEPS.format(mean=9, influence=influence)))
