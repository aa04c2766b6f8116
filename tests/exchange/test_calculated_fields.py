"""A calculated field is compared with its formula, and never one of both is silent."""

from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from equipoise.errors import Problem
from equipoise.exchange.calculated_fields import calculation_problems
from equipoise.exchange.column_problems import formula_problems
from equipoise.exchange.dictionary import read_dictionary
from equipoise.exchange.redcap_calculation import understood
from equipoise.exchange.redcap_project import ODM
from equipoise.exchange.targets import resolve
from tests.exchange.small import (
    LONG,
    MAPPING,
    START,
    one_file,
    protocol,
    read,
    refused,
    rows,
    source,
)
from tests.shared_data import shared

TOTAL = 'column = "t"\nto = "score.madrs.total"\nvisit = "day-1"\n'


def compared(folder: Path, cells: list[str], more: str = "") -> list[Problem]:
    lines = [f"P{n};{line}" for n, line in enumerate(cells)]
    table = source(folder, "\n".join(["id;a;b;t", *lines]))
    rule = one_file(
        f"{START}{more}\n[[columns]]\n{TOTAL}"
        'calculation = "sum([a], [b])"\n[ignore]\n"*" = "fields"\n'
    )
    plan = resolve(rule, table, protocol())
    assert plan.problems == ()
    return list(calculation_problems(table, rule, plan.assignments))


def test_what_matches_is_not_reported(tmp_path: Path) -> None:
    cells = ["1;2;3", "1;;1", ";;", "1;2;", "1.5;2;3.5", "1;2;3.0"]
    assert compared(tmp_path, cells) == []


def test_each_mismatch_is_reported_with_its_row(tmp_path: Path) -> None:
    (problem,) = compared(tmp_path, ["1;2;3", "1;2;4", "1;-99;-98", "1;2;3.4"])
    assert problem.code == "EQ356"
    assert rows(problem, "participant") == ["P1", "P3"]
    assert rows(problem, "calculated") == ["3.0", "3.0"]


def test_a_missing_code_in_a_total_is_found(tmp_path: Path) -> None:
    file = 'file = { missing = ["-99"] }\n'
    (problem,) = compared(tmp_path, ["1;-99;-98", "1;-99;1"], file)
    assert rows(problem, "t") == ["-98"]


def test_a_text_prevents_the_comparison_of_its_row(tmp_path: Path) -> None:
    assert compared(tmp_path, ["1;rarely;3", "often;rarely;3"]) == []


@pytest.mark.parametrize(
    ("formula", "code"),
    [("if([a]=1,2,3)", "EQ332"), ("[a]+[zz]", "EQ333"), ("3+4", "EQ332")],
)
def test_a_formula_that_cannot_be_calculated(formula: str, code: str) -> None:
    rule = one_file(f"{START}[[columns]]\n{TOTAL}calculation = '{formula}'").columns[0]
    (problem,) = formula_problems(rule, ["id", "a", "t"])
    assert problem.code == code


def test_a_mismatch_is_refused_or_accepted(tmp_path: Path) -> None:
    mapping = MAPPING + 'calculation = "[age] - 10"\n'
    assert rows(refused(tmp_path, LONG, mapping)["EQ356"], "participant") == [
        "P1",
        "P2",
        "P2",
    ]
    data = read(tmp_path, LONG, mapping, accept=("EQ356",))
    assert data.origin.accepted == ("EQ356: 3 records",)


def test_redcap_itself_gave_the_same_body_mass_index() -> None:
    """The values that REDCap calculated in public test projects, and its formulas."""
    compared = 0
    for name in ("longitudinal", "dag"):
        path = shared(f"data/redcap/{name}.project.xml")
        fields = read_dictionary(path).values()
        formulas = {f.name: understood(f.calculation) for f in fields if f.calculation}
        root = ElementTree.fromstring(path.read_text("utf-8"))  # noqa: S314  our copy
        for person in root.iter(f"{ODM}SubjectData"):
            items = {
                item.get("ItemOID"): item.get("Value", "")
                for item in person.iter(f"{ODM}ItemData")
            }
            for field, formula in formulas.items():
                if formula and all(map(items.get, (field, *formula.fields))):
                    parts = {n: pd.Series([float(items[n])]) for n in formula.fields}
                    assert formula.values(parts).iloc[0] == float(items[field])
                    compared += 1
    assert compared >= 5
