"""A REDCap data dictionary as fields."""

from pathlib import Path

import pytest

from equipoise.errors import DataError
from equipoise.exchange.dictionary import Field, read_dictionary
from tests.exchange.small import TUTORIAL


def test_the_dictionary_of_the_tutorial() -> None:
    fields = read_dictionary(TUTORIAL / "dictionary.csv")
    assert fields["gender"] == Field(
        name="gender",
        form="enrolment",
        type="radio",
        label="Sex",
        choices={"1": "Female", "2": "Male"},
    )
    assert fields["madrs_01"].choices["-99"] == "not done"
    assert fields["infusion_date"].validation == "date_dmy"
    assert fields["madrs_sum"].choices == {}  # a calculation is no choice


def test_markup_commas_and_yes_no(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text(
        '"Variable / Field Name","Field Type","Field Label",'
        '"Choices, Calculations, OR Slider Labels"\n'
        'a,radio,"<b>How</b>  much?","0, none, at all | 1, <i>some</i>"\n'
        "b,yesno,Alone,\n"
    )
    fields = read_dictionary(path)
    assert fields["a"].label == "How much?"
    assert fields["a"].choices == {"0": "none, at all", "1": "some"}
    assert fields["b"].choices == {"1": "Yes", "0": "No"}


def test_another_file_is_refused() -> None:
    with pytest.raises(DataError, match="data dictionary") as refusal:
        read_dictionary(TUTORIAL / "export.csv")
    assert refusal.value.code == "EQ333"
