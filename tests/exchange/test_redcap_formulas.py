"""Which formulas a proposal of a mapping contains."""

import pytest

from equipoise.exchange.column_profile import Look
from equipoise.exchange.dictionary import Field
from equipoise.exchange.recognition import Finding
from equipoise.exchange.redcap_formulas import with_formulas


def look(column: str, raw: str = "", formula: str = "") -> Look:
    field = Field(
        raw or column, type="calc" if formula else "text", calculation=formula
    )
    return Look(column, (column,), (), field, once=True, raw=raw)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("sum([a],\n[b])", "sum([a], [Label of b])"),
        ("if([a]=1,2,3)", None),
        ("[a]+[absent]", None),
    ],
)
def test_a_formula_names_the_columns_of_the_file(
    formula: str, expected: str | None
) -> None:
    looks = {
        one.column: one
        for one in (look("a"), look("Label of b", "b"), look("t", formula=formula))
    }
    finding = Finding(("t",), {"to": "score.madrs.total"}, "by its name", "high")
    (found,) = with_formulas([finding], looks)
    assert found.rule.get("calculation") == expected
