import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.report.datasets.dataset import (
    LONGEST_LABEL,
    Variable,
    dataset,
    distinct,
    one_line,
    shortened,
    stacked,
    unique_names,
)

VARIABLES = (
    Variable("USUBJID", "Subject", "Char", "as recorded"),
    Variable("AVAL", "Value", "Num", "as recorded"),
)


def made(texts: list[str | None], values: list[float | None], *, dummy: bool = False):  # type: ignore[no-untyped-def]
    columns = {"USUBJID": texts, "AVAL": values}
    return dataset("ADQS", "Ratings", "a row", VARIABLES, columns, dummy=dummy)


@pytest.mark.property
@given(st.text())
def test_a_text_becomes_one_printable_line(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert line == one_line(line)
    line.encode()  # a lone surrogate would refuse


@pytest.mark.property
@given(st.text())
def test_a_label_fits(text: str) -> None:
    label = shortened(text)
    assert len(label) <= LONGEST_LABEL
    assert one_line(text).startswith(label)
    if len(one_line(text)) <= LONGEST_LABEL:
        assert label == one_line(text)


def test_no_word_of_a_label_is_cut() -> None:
    text = "Participants with at least one rating after baseline"
    assert shortened(text) == "Participants with at least one rating"


def test_labels_that_are_equal_carry_their_id() -> None:
    labels = {"a": "Drug", "b": "Drug", "c": "Placebo", "d": " "}
    assert list(distinct(labels).values()) == ["Drug (a)", "Drug (b)", "Placebo", "d"]


@pytest.mark.property
@given(
    st.lists(st.text(min_size=1), unique=True, max_size=30),
    st.sets(st.sampled_from(["AGE", "SEX", "CAPS5CHA"])),
    st.sampled_from(["", "FL", "GR"]),
)
def test_names_fit_and_differ(ids: list[str], taken: set[str], suffix: str) -> None:
    names = unique_names(ids, taken, suffix=suffix)
    assert list(names) == ids
    assert len(set(names.values())) == len(ids)
    assert not taken & set(names.values())
    pattern = re.compile(rf"[A-Z][A-Z0-9]{{0,7}}(?<={suffix})")
    assert all(pattern.fullmatch(name) and len(name) <= 8 for name in names.values())


def test_an_empty_text_is_missing_and_whole_numbers_stay_whole() -> None:
    frame = made(["a\nb", "", None], [1.0, None, 3.0]).frame
    assert frame["USUBJID"].tolist()[0] == "a b"
    assert frame["USUBJID"].isna().tolist() == [False, True, True]
    text = frame.to_csv(index=False)
    assert text.splitlines()[1:] == ["a b,1", ",", ",3"]


def test_a_fraction_keeps_every_digit() -> None:
    text = made(["a", "b"], [1 / 3, 2.0]).frame.to_csv(index=False)
    assert float(text.splitlines()[1].split(",")[1]) == 1 / 3


def test_a_dummy_allocation_is_in_name_label_and_every_row() -> None:
    item = made(["a", "b"], [1.0, 2.0], dummy=True)
    assert item.stem == "dummy-adqs"
    assert item.label == "DUMMY: Ratings"
    assert item.frame["ALLOC"].tolist() == ["DUMMY ALLOCATION"] * 2
    assert item.variables[-1].name == "ALLOC"
    assert "ALLOC" not in made(["a"], [1.0]).frame


def test_frames_are_stacked_in_order() -> None:
    frames = [
        pd.DataFrame({"a": [1], "b": ["x"]}),
        pd.DataFrame({"a": [2], "b": ["y"]}),
    ]
    assert {k: list(v) for k, v in stacked(frames).items()} == {
        "a": [1, 2],
        "b": ["x", "y"],
    }
