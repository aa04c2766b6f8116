"""Items known by their numbers alone: only where nothing else fits, and to be checked."""

from pathlib import Path

import pandas as pd
import pytest

from equipoise.exchange.column_profile import Look, words
from equipoise.exchange.mapping_proposal import propose_mapping
from equipoise.exchange.recognition import Scene
from equipoise.exchange.recognize_numbers import forms_by_numbers
from tests.exchange.small import TUTORIAL, protocol

MADRS = [f"madrs_{n:02}" for n in range(1, 11)]
SURVEY = [f"G1Q1[SQ{n:03}]" for n in range(1, 11)]


def found(names: list[str], *, long: bool = True) -> dict[str, list[str]]:
    """The columns of each form."""
    looks = {n: Look(n, words(n), ("0", "3"), None, once=False) for n in names}
    scene = Scene(protocol=protocol(), looks=looks, decimal=".", long=long)
    forms = forms_by_numbers(scene, names)
    return {name: [one.column for _, one in parts] for name, parts in forms}


def export(path: Path, names: dict[str, str]) -> Path:
    """The tutorial's export with other column names; an empty name omits a column."""
    frame = pd.read_csv(TUTORIAL / "export.csv", dtype=str, keep_default_na=False)
    absent = [name for name, new in names.items() if not new]
    frame.drop(columns=absent).rename(columns=names).to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    "pattern", ["m{}", "G1Q1[SQ{:03}]", "Q2_{}", "{}", "x{}y1", "Frage {}"]
)
def test_as_many_numbered_columns_as_items_are_the_form(pattern: str) -> None:
    names = [pattern.format(n) for n in range(1, 11)]
    assert found([*names, "other"]) == {"madrs": names}


def test_nothing_else_may_fit_as_well() -> None:
    names = [f"a{n}" for n in range(1, 11)]
    assert not found(names[:9])
    assert not found([*names, "a11"])
    assert not found(names[1:])
    assert not found([*names, *(f"b{n}" for n in range(1, 11))])
    assert not found(names[::-1])
    assert not found(names, long=False)
    assert not found([f"mood{n}" for n in range(1, 11)])  # a word, and not a code


def test_a_survey_of_codes_is_drafted_and_marked(tmp_path: Path) -> None:
    names = dict(zip(MADRS, SURVEY, strict=True)) | {"madrs_sum": ""}
    draft = propose_mapping(export(tmp_path / "a.csv", names), protocol())
    (row,) = {(r.proposal, r.confidence) for r in draft.reasons if "[SQ" in r.column}
    assert row == ("items.madrs", "low")
    assert 'column = "G1Q1[SQ0{item:02}]"' in draft.text
    assert "# CHECK: taken as the items of Montgomery" in draft.text


def test_columns_that_do_not_add_up_to_the_total_are_another_form(
    tmp_path: Path,
) -> None:
    names = dict(zip(MADRS, SURVEY, strict=True))
    path = export(tmp_path / "a.csv", names)
    draft = propose_mapping(path, protocol()).text
    assert "items.madrs" in draft
    assert "score.madrs.total" in draft
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame[SURVEY[0]] = frame[SURVEY[0]].replace({"0": "6", "1": "5", "2": "0"})
    frame.to_csv(path, index=False)
    draft = propose_mapping(path, protocol()).text
    assert "items.madrs" not in draft
    assert "score.madrs.total" in draft


def test_named_items_come_first(tmp_path: Path) -> None:
    """Ten further numbered columns are no second form of the same instrument."""
    path = tmp_path / "a.csv"
    frame = pd.read_csv(TUTORIAL / "export.csv", dtype=str, keep_default_na=False)
    again = frame[MADRS].set_axis(SURVEY, axis=1)
    pd.concat([frame, again], axis=1).to_csv(path, index=False)
    draft = propose_mapping(path, protocol()).text
    assert draft.count("items.madrs") == 1
    assert 'column = "madrs_{item:02}"' in draft
