"""What a column of an unknown file looks like."""

from pathlib import Path

import pytest

from equipoise.exchange.column_profile import (
    Look,
    looks,
    matched,
    normal,
    not_done,
    words,
)
from equipoise.exchange.dictionary import Field
from tests.exchange.small import source


def look(texts: tuple[str, ...], field: Field | None = None) -> Look:
    return Look(column="a", words=("a",), texts=texts, field=field, once=True)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("visitDate_2", ("visit", "date", "2")),
        ("bdi.2m", ("bdi", "2m")),
        ("HAMDTL17", ("hamdtl17",)),
        ("Record ID", ("record", "id")),
    ],
)
def test_words_of_a_name(name: str, said: tuple[str, ...]) -> None:
    assert words(name) == said
    assert normal(name) == " ".join(said)


def test_a_look_at_every_column(tmp_path: Path) -> None:
    table = source(tmp_path, "id,a,b,c___1,Sex\nP,1,x,0,2\nP,1,y,,\nQ,10,,1,1\n")
    fields = {"gender": Field("gender", label="Sex"), "c": Field("c", type="checkbox")}
    seen = looks(table, fields, "id")
    assert seen["a"].texts == ("1", "10")
    assert seen["a"].once
    assert not seen["b"].once
    assert seen["c___1"].field == fields["c"]
    assert seen["Sex"].words == ("gender",)  # the head of a labelled export


def test_the_format_of_dates_is_every_one_that_fits() -> None:
    assert look(("13-02-2026", "01-02-2026")).formats == ("%d-%m-%Y",)
    assert look(("01-02-2026",)).formats == ("%d-%m-%Y", "%m-%d-%Y")
    assert look(("2026-02-01", "1.2.2026")).formats == ()
    assert look(("20260201", "20260202")).formats == ()
    assert look(()).formats == ()


def test_the_dictionary_decides_between_formats_that_fit() -> None:
    field = Field("a", validation="date_mdy")
    assert look(("01-02-2026",), field).formats[0] == "%m-%d-%Y"


def test_numbers() -> None:
    assert look(("1", "2.5")).numeric(".")
    assert look(("1", "2,5")).numeric(",")
    assert not look(("1", "x")).numeric(".")
    assert not look(()).numeric(".")


KNOWN = {"F": ("F", "Female"), "M": ("M", "Male")}


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ({"1": "Female", "2": "Male"}, {"1": "F", "2": "M"}),
        ({"f": "f", "m": "m"}, {"f": "F", "m": "M"}),
        ({"1": "fem", "9": "unknown"}, {"1": "F"}),
        ({"1": "1", "2": "2"}, None),
        ({"1": "Female", "2": "other"}, None),
        ({}, None),
    ],
)
def test_values_are_matched_when_all_are_clear(
    labels: dict[str, str], found: dict[str, str] | None
) -> None:
    assert matched(labels, KNOWN) == found


def test_an_exact_name_comes_before_a_beginning() -> None:
    known = {"drug": ("drug",), "drug-high": ("drug high dose",)}
    assert matched({"D": "Drug", "H": "Drug high"}, known) is None  # begins both
    assert matched({"D": "Drug"}, known) == {"D": "drug"}


def test_labels_that_say_that_there_is_nothing() -> None:
    assert not_done({"-99": "Not done", "1": "mild", "N": "n/a"}) == ["-99", "N"]
