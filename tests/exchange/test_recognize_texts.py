"""Items known by their texts alone: complete, in their order, and always to be checked."""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import equipoise as eq
from equipoise import library
from equipoise.exchange.column_profile import Look, words
from equipoise.exchange.dictionary import Field
from equipoise.exchange.mapping_proposal import propose_mapping
from equipoise.exchange.recognition import Scene
from equipoise.exchange.recognize_texts import forms_by_texts
from tests.exchange.small import TUTORIAL, protocol

# The names of the items in the publication, of which the library has short nouns.
PUBLISHED = (
    *("Apparent sadness", "Reported sadness", "Inner tension", "Reduced sleep"),
    *("Reduced appetite", "Concentration difficulties", "Lassitude"),
    *("Inability to feel", "Pessimistic thoughts", "Suicidal thoughts"),
)
NUMBERED = tuple(f"{n}. {text}" for n, text in enumerate(PUBLISHED, 1))


def self_rated(folder: Path) -> eq.Protocol:
    """The tutorial's trial with the PCL-5 instead of the MADRS."""
    text = (TUTORIAL / "protocol.toml").read_text("utf-8").replace("madrs", "pcl5")
    (folder / "protocol.toml").write_text(text, "utf-8")
    return eq.load_protocol(folder / "protocol.toml")


def pcl5() -> list[str]:
    """The questions of the PCL-5, which is in the public domain."""
    return list(tomllib.loads(library.text("wording", "pcl5"))["items"].values())


def look(text: str, label: str = "") -> Look:
    field = Field(text, label=label) if label else None
    return Look(text, words(text), ("0", "3"), field, once=False)


def found(looks: Mapping[str, Look], *, long: bool = True) -> dict[str, list[str]]:
    """The columns of each form."""
    scene = Scene(protocol=protocol(), looks=looks, decimal=".", long=long)
    forms = forms_by_texts(scene, list(looks))
    return {name: [one.column for _, one in parts] for name, parts in forms}


def labelled(texts: Sequence[str]) -> dict[str, Look]:
    """Columns with these names; the second of a name has another place."""
    return {f"{n}: {text}": look(text) for n, text in enumerate(texts)}


def survey(path: Path, questions: Sequence[str]) -> Path:
    """An export of Qualtrics: names, questions, import codes, and two visits of six."""
    count = len(questions)
    head = ["StartDate", "ExternalReference", "Visit"]
    head += [f"Q2_{n}" for n in range(1, count + 1)]
    asked = [
        "Start Date",
        "External Data Reference",
        "Which visit is this?",
        *questions,
    ]
    codes = [f'{{"ImportId":"QID{n}"}}' for n in range(len(head))]
    rows = [
        [f"2027-03-{n:02} 10:00:00", f"P-{n:03}", visit]
        + ["01234"[(n + place) % 5] for place in range(count)]
        for n in range(1, 7)
        for visit in ("Baseline", "Day 1")
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, asked, codes, *rows])
    return path


def test_the_questions_of_a_survey_are_the_items_of_its_form(tmp_path: Path) -> None:
    stem = "In the past month, how much were you bothered by: - "
    path = survey(tmp_path / "survey.csv", [stem + text for text in pcl5()])
    text = propose_mapping(path, self_rated(tmp_path)).text
    plain = " ".join(text.replace("\n# ", " ").split())
    assert "# CHECK: taken as the items of PTSD Checklist" in text
    assert "only by the texts of its columns" in plain
    assert 'column = "Q2_{item}"\nto = "items.pcl5"' in text


def test_questions_in_another_order_are_no_form(tmp_path: Path) -> None:
    questions = pcl5()
    questions[3], questions[4] = questions[4], questions[3]
    path = survey(tmp_path / "survey.csv", questions)
    text = propose_mapping(path, self_rated(tmp_path)).text
    assert "items.pcl5" not in text
    assert "NOT RECOGNIZED" in text


def test_labels_without_instrument_are_items_to_be_checked(tmp_path: Path) -> None:
    rows = [
        {"Record ID": f"P-{n:03}", "Visit": visit}
        | {text: str((n + i) % 7) for i, text in enumerate(NUMBERED)}
        | {"Complete?": "Complete"}
        for n in range(1, 7)
        for visit in ("Baseline", "Day 1")
    ]
    pd.DataFrame(rows).to_csv(tmp_path / "labelled.csv", index=False)
    text = propose_mapping(tmp_path / "labelled.csv", protocol()).text
    assert 'column = "{item}.*"\nto = "items.madrs"' in text
    assert "# CHECK: taken as the items of Montgomery" in text


@pytest.mark.parametrize(
    "texts",
    [
        NUMBERED[:9],  # one is absent
        NUMBERED[1:],
        (*NUMBERED[:4], NUMBERED[5], NUMBERED[4], *NUMBERED[6:]),  # another order
        (*NUMBERED[:4], "Weight", *NUMBERED[4:]),  # another column between them
        (*NUMBERED[:9], "11. Suicidal thoughts"),  # another number
        (*NUMBERED, *NUMBERED),  # twice: which visit?
        tuple(f"{n}. mood" for n in range(1, 11)),
    ],
)
def test_a_form_that_is_not_complete_and_in_order_is_not_recognized(
    texts: tuple[str, ...],
) -> None:
    assert found(labelled(texts)) == {}


def test_other_columns_around_the_form_do_not_matter() -> None:
    texts = ["Weight (kg)", *NUMBERED, "How was the visit?"]
    assert found(labelled(texts)) == {"madrs": list(NUMBERED)}
    named = {f"Q{n}": look(f"Q{n}", text) for n, text in enumerate(PUBLISHED)}
    assert found(named) == {"madrs": list(named)}
    assert found(named, long=False) == {}


@pytest.mark.property
@given(order=st.permutations(range(10)))
def test_only_the_order_of_the_form_is_recognized(order: list[int]) -> None:
    """Law: no other order of the items is ever proposed as the form."""
    made = found(labelled([PUBLISHED[n] for n in order]))
    assert bool(made) == (order == sorted(order))
