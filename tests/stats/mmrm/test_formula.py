"""The grammar of formulas: what it reads, and what it refuses to run."""

import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm.formula import parse


def test_products_stand_for_main_effects_and_interactions() -> None:
    formula = parse("y ~ base + arm*visit + base:visit + us(visit | id)")
    assert formula.outcome == "y"
    assert formula.terms == (
        ("base",),
        ("arm",),
        ("visit",),
        ("arm", "visit"),
        ("base", "visit"),
    )
    assert (formula.structure, formula.places, formula.subject) == (
        "us",
        ("visit",),
        "id",
    )
    assert formula.variables == ("base", "arm", "visit")
    assert formula.columns == ("y", "base", "arm", "visit", "id")
    assert formula.group is None


def test_groups_and_coordinates() -> None:
    grouped = parse("y ~ a + us( visit | arm / id )")
    assert (grouped.group, grouped.subject) == ("arm", "id")
    assert grouped.columns == ("y", "a", "visit", "id", "arm")
    spatial = parse("y ~ a + sp_exp(day, hour | id)")
    assert spatial.places == ("day", "hour")
    assert spatial.spatial
    assert not grouped.spatial


def test_three_factors_are_fully_crossed() -> None:
    terms = parse("y ~ a * b * c + us(v | i)").terms
    assert terms == (
        ("a",),
        ("b",),
        ("c",),
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
        ("a", "b", "c"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "y ~ {__import__('os').system('id')} + us(v | i)",
        "y ~ os.system(a) + us(v | i)",
        "y ~ C(a + b) + us(v | i)",
        "y ~ 0 + a + us(v | i)",
        "y ~ log(2) + us(v | i)",
        "y ~ I(a == 'x') + us(v | i)",
        "y ~ poly(a, 0) + us(v | i)",
        "y ~ poly(a, b) + us(v | i)",
        "y ~ bs(a, df=2) + us(v | i)",
        "y ~ bs(a, seed=2) + us(v | i)",
        "y ~ C(a) + log(a) + us(v | i)",
        "y ~ us(v) + us(v | i)",
        "y ~ a - 1 + us(v | i)",
        "y ~ `a + us(v | i)",
        "y ~ `` + us(v | i)",
        "log(y) ~ a + us(v | i)",
        "y ~ a",
        "y ~ a + us(v | i) + us(v | i)",
        "y ~ a + us(v)",
        "y ~ a + us(v, w | i)",
        "y ~ a + us(v | g / h / i)",
        "y + us(v | i)",
        "y ~ a ++ us(v | i)",
        "",
    ],
)
def test_everything_else_is_refused_and_never_run(text: str) -> None:
    with pytest.raises(AnalysisError) as refusal:
        parse(text)
    assert refusal.value.code == "EQ400"


def test_an_unknown_structure_names_the_known_ones() -> None:
    with pytest.raises(AnalysisError) as refusal:
        parse("y ~ a + toast(v | i)")
    assert refusal.value.code == "EQ407"
    assert "us" in str(refusal.value)
